import type { KnownSession, Oracle } from './oracle.js';
import { aSession, aTask } from './records.js';
import { type Answer, BASE, request } from './requests.js';

export interface TaskOf {
  readonly session: KnownSession;
  readonly key: string;
}

/** Sends writes and deletes, and reports them and their answers to the oracle. */
export class Writer {
  constructor(
    private readonly oracle: Oracle,
    private readonly random: () => number,
  ) {}

  /**
   * False if it was not answered: then it may or may not have been kept. The same applies to all
   * methods here.
   */
  async tasks(url: string, some: readonly TaskOf[]): Promise<boolean> {
    const batch = some.map(({ session, key }) => {
      const revision = session.task(key).record.next;
      session.sendTask(key, revision);
      return { session, key, revision };
    });
    const tasks = batch.map(({ session, key, revision }) => aTask(key, session.key, revision));
    const answer = await request(url, 'POST', this.#batchPath('tasks'), { tasks });
    if (!wasKept(answer)) return false;
    for (const { session, key, revision } of batch) {
      session.answerTask(key, revision);
      if (!session.record.mayExist) this.oracle.answeredOrphans += 1;
    }
    this.oracle.answeredWrites += batch.length;
    return true;
  }

  async sessions(url: string, some: readonly KnownSession[]): Promise<boolean> {
    const batch = some.map((session) => {
      const revision = session.record.next;
      const completed = Math.floor(this.random() * 1_000);
      session.send(revision, completed);
      return { session, revision, completed };
    });
    const sessions = batch.map(({ session, revision, completed }) =>
      aSession(session.key, revision, completed),
    );
    const answer = await request(url, 'POST', this.#batchPath('sessions'), { sessions });
    if (!wasKept(answer)) return false;
    for (const { session, revision, completed } of batch) session.answer(revision, completed);
    this.oracle.answeredWrites += batch.length;
    return true;
  }

  /** `not-found`: there was no such session yet, for this instance, and nothing was deleted. */
  async delete(
    url: string,
    session: KnownSession,
  ): Promise<'deleted' | 'not-found' | 'not-answered'> {
    const answer = await request(url, 'DELETE', `${BASE}/sessions/${session.key}`);
    if (answer?.status === 404) return 'not-found';
    session.delete(answer?.status === 200);
    if (!wasKept(answer)) return 'not-answered';
    this.oracle.answeredDeletes += 1;
    return 'deleted';
  }

  async post(url: string, path: '/flush' | '/quarantine/requeue'): Promise<boolean> {
    return wasKept(await request(url, 'POST', BASE + path));
  }

  #batchPath(records: 'sessions' | 'tasks'): string {
    const path = `${BASE}/${records}/batch`;
    return this.random() < 0.1 ? `${path}?ack=stored` : path;
  }
}

/** Throws for an answer that no request of the torture run may get. */
function wasKept(answer: Answer | null): boolean {
  if (answer === null || answer.status === 503) return false;
  if (answer.status === 200) return true;
  throw new Error(`unexpected answer ${answer.status}: ${JSON.stringify(answer.body)}`);
}
