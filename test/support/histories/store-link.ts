import { StorageUnavailableError } from '../../../src/domain/errors.js';
import type { Write } from '../../../src/domain/write.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';

/**
 * The outcome of one call:
 * - `refused`: it does not reach the store
 * - `lost`: it takes effect, but its answer is lost
 * - `late`: its answer is lost, and it takes effect when the late calls arrive; a call that a
 *   client cannot leave on the wire is refused instead
 * - `dies before`, `dies after`: the process is killed before or after it takes effect
 */
export type Fault = 'refused' | 'lost' | 'late' | 'dies before' | 'dies after';

/**
 * The client sends the parts of other calls one by one: a killed client leaves no complete call
 * behind.
 */
const MAY_COME_LATE = new Set(['write', 'add', 'remove']);
const NOT_ASKED = new Set(['open', 'close', 'connections', 'withLease']);

type Call = () => Promise<unknown>;
type Method = (...args: never[]) => Promise<unknown>;

/** Called with each call that has taken effect, whatever its caller received. */
export type Witness = (
  backend: StorageBackend,
  method: string,
  args: readonly unknown[],
  call: Call,
) => Promise<unknown>;

/** Calls whose answers were lost and that have not reached a store yet; of all processes. */
export class LateCalls {
  readonly #calls: Call[] = [];

  add(call: Call): void {
    this.#calls.push(call);
  }

  async arrive(): Promise<void> {
    // A refusal of such a call reaches nobody.
    for (const call of this.#calls.splice(0)) await call().catch(() => undefined);
  }
}

/**
 * The connection of one process to its stores. A process that was killed never receives another
 * answer.
 */
export class StoreLink {
  down = false;
  /** Keys of records on which the store fails with an unknown error, when it is to store them. */
  readonly failsOn = new Set<string>();
  readonly died: Promise<void>;
  #isDead = false;
  #tellDeath: () => void = () => undefined;
  #planned: { fault: Fault; calls: number } | null = null;
  #calls = 0;

  constructor(
    private readonly late: LateCalls,
    private readonly witness: Witness,
    /** Called with each answer that has reached the process. */
    private readonly answered: (backend: StorageBackend, method: string, answer: unknown) => void,
    /** By how many turns of the event loop each call is delayed, in turn. */
    private readonly jitter: readonly number[],
  ) {
    this.died = new Promise((resolve) => {
      this.#tellDeath = resolve;
    });
  }

  /** Plans the outcome of the call after this many others. */
  plan(fault: Fault, calls: number): void {
    this.#planned = { fault, calls };
  }

  /** No fault is planned. */
  get isCalm(): boolean {
    return this.#planned === null && !this.down && this.failsOn.size === 0;
  }

  calm(): void {
    this.#planned = null;
    this.down = false;
    this.failsOn.clear();
  }

  die(): void {
    this.#isDead = true;
    this.#tellDeath();
  }

  to(backend: StorageBackend): StorageBackend {
    const asked = this.#asked(backend, backend);
    const quarantine = this.#asked(backend.quarantine, backend);
    return new Proxy(asked, {
      get: (target, name) => (name === 'quarantine' ? quarantine : Reflect.get(target, name)),
    });
  }

  #asked<Target extends object>(target: Target, backend: StorageBackend): Target {
    return new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function' || NOT_ASKED.has(String(name))) return value;
        const method = value as Method;
        return (...args: never[]) => {
          const call = () =>
            this.witness(backend, String(name), args, () => method.apply(target, args));
          const [, writes] = args as readonly unknown[];
          const isFailing =
            name === 'write' &&
            (writes as readonly Write[]).some(({ key }) => this.failsOn.has(key));
          return this.#ask(backend, String(name), isFailing ? () => unknownError(backend) : call);
        };
      },
    });
  }

  async #ask(backend: StorageBackend, name: string, call: Call): Promise<unknown> {
    if (this.#isDead) return forever();
    this.#calls += 1;
    const turns = this.jitter[this.#calls % this.jitter.length] ?? 0;
    for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
    const fault = this.#faultOfNext();
    const lost = new StorageUnavailableError(backend.name, `the answer to ${name} was lost`);
    if (fault === 'dies before') this.die();
    if (this.#isDead) return forever();
    if (this.down || fault === 'refused' || (fault === 'late' && !MAY_COME_LATE.has(name)))
      throw new StorageUnavailableError(backend.name, 'connection refused');
    if (fault === 'late') {
      this.late.add(call);
      throw lost;
    }
    try {
      const answer = await call();
      if (fault === 'lost') throw lost;
      if (fault === 'dies after') this.die();
      if (this.#isDead) return forever();
      this.answered(backend, name, answer);
      return answer;
    } catch (error) {
      if (this.#isDead) return forever();
      throw error;
    }
  }

  #faultOfNext(): Fault | null {
    const planned = this.#planned;
    if (planned === null) return null;
    planned.calls -= 1;
    if (planned.calls >= 0) return null;
    this.#planned = null;
    return planned.fault;
  }
}

function unknownError({ name }: StorageBackend): Promise<never> {
  const error = new StorageUnavailableError(name, 'error 9999', undefined, { unclear: true });
  return Promise.reject(error);
}

/** What a killed process waits for. */
export function forever(): Promise<never> {
  return new Promise(() => undefined);
}
