import { checkSession, stillThere } from './check.js';
import type { Instances } from './instances.js';
import type { Discrepancy, KnownSession, Oracle } from './oracle.js';
import { type TaskOf, Writer } from './writer.js';

const SESSIONS = 8;
const TASKS = 2_000;
/** Tasks of a session that are checked while others are written. */
const HOT_TASKS = 20;
/** Milliseconds before a retry without an answer, or after a 503. */
const PAUSE = 20;

/**
 * Writes tasks of its own sessions and the sessions, and deletes them, one request after the other,
 * each through any of the instances. Its last session never arrives: its tasks stay orphans.
 */
export class TortureClient {
  /** Found by this client. */
  readonly faults: Discrepancy[] = [];
  /** Requests made so far. */
  requests = 0;
  readonly #sessions: readonly KnownSession[];
  readonly #writer: Writer;

  constructor(
    private readonly name: string,
    oracle: Oracle,
    private readonly random: () => number,
  ) {
    this.#sessions = Array.from({ length: SESSIONS }, (_, index) =>
      oracle.session(`${name}-s${index}`),
    );
    this.#writer = new Writer(oracle, random);
  }

  /** Runs until `stopped`. A broken connection counts as unanswered, and so does 503. */
  async work(instances: Instances, stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      this.requests += 1;
      const wasAnswered = await this.#something(instances);
      if (!wasAnswered) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  /** False if it was not answered. */
  async #something({ urls, count }: Instances): Promise<boolean> {
    const url = this.#oneOf(urls);
    if (url === undefined) return false;
    const choice = this.random();
    if (choice < 0.7) return this.#writer.tasks(url, this.#someTasks());
    if (choice < 0.84) return this.#writer.sessions(url, this.#someSessions());
    if (choice < 0.92) return this.#delete(url, this.#oneOf(this.#sessions));
    if (choice < 0.94) return this.#writer.post(url, '/flush');
    if (choice < 0.96) return urls.length === count && this.#check(urls, this.#comingSession());
    if (choice < 0.99) return this.#deleteBetweenWrites(urls);
    return this.#writer.post(url, '/quarantine/requeue');
  }

  /** Pending writes of one instance from before a delete meet writes from after it. */
  async #deleteBetweenWrites(urls: readonly string[]): Promise<boolean> {
    const [one, other] = [this.#oneOf(urls) as string, this.#oneOf(urls) as string];
    const session = this.#comingSession();
    const tasks = [...session.tasks.keys()].slice(0, HOT_TASKS).map((key) => ({ session, key }));
    return (
      (await this.#writer.sessions(other, [session])) &&
      (await this.#writer.post(other, '/flush')) &&
      (await this.#writer.tasks(one, tasks)) &&
      (await this.#delete(other, session)) &&
      (await this.#writer.sessions(one, [session])) &&
      (await this.#writer.tasks(one, tasks)) &&
      (await this.#check(urls, session))
    );
  }

  async #delete(url: string, session = this.#comingSession()): Promise<boolean> {
    const outcome = await this.#writer.delete(url, session);
    if (outcome !== 'deleted') return outcome === 'not-found';
    const [task] = session.tasks.keys();
    this.faults.push(...(await stillThere(url, session.key, task)));
    return true;
  }

  async #check(urls: readonly string[], session: KnownSession): Promise<boolean> {
    const keys = [...session.tasks.keys()].slice(0, HOT_TASKS);
    const faults = await checkSession(urls, session, keys);
    this.faults.push(...(faults ?? []));
    return faults !== null;
  }

  /** Low numbers are much more frequent, so that their writes are merged. */
  #someTasks(): readonly TaskOf[] {
    const size = this.#below(40) + 1;
    const numbers = Array.from({ length: size }, () => Math.floor(this.random() ** 3 * TASKS));
    return [...new Set(numbers)].map((number) => ({
      session: this.#sessions[number % SESSIONS] as KnownSession,
      key: `${this.name}-${number}`,
    }));
  }

  #someSessions(): readonly KnownSession[] {
    const size = this.#below(3) + 1;
    return [...new Set(Array.from({ length: size }, () => this.#comingSession()))];
  }

  /** Any session but the one that never arrives. */
  #comingSession(): KnownSession {
    return this.#sessions[this.#below(SESSIONS - 1)] as KnownSession;
  }

  #below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  #oneOf<Item>(items: readonly Item[]): Item | undefined {
    return items[this.#below(items.length)];
  }
}
