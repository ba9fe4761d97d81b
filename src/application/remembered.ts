import type { Clock } from '../ports/clock.js';

/** Records that are counted each time; more of them are counted now and then. */
const COSTLY_RECORDS = 10_000;
/** Milliseconds for which an answer stands. */
const FRESH = 1000;
/** Milliseconds for which `peek` shows it: somebody who goes on asking has it renewed in time. */
const RECENT = 2000;
/** Milliseconds for which it is given out while it is worked out anew. */
const STALE = 10_000;
/** Answers that are kept. */
const MOST = 1000;

interface Memory<Value> {
  readonly value: Value;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/**
 * Answers that are worked out by walking records, such as the total of a list.
 *
 * Up to 10,000 records they are worked out each time. Beyond, an answer stands for a second, and
 * until it is ten seconds old it is given out while it is worked out anew, so that hardly anybody
 * waits for a million rows. `exact` never gives out an older one.
 */
export class Remembered<Value> {
  readonly #memories = new Map<string, Memory<Value>>();
  readonly #renewing = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly recordsOf: (value: Value) => number,
  ) {}

  /** An answer of the last two seconds; undefined when there is none. */
  peek(key: string): Value | undefined {
    const known = this.#memories.get(key);
    return known === undefined || this.#ageOf(known) >= RECENT ? undefined : known.value;
  }

  /** Rejects as `ask` does, unless an older answer stands. */
  async get(
    key: string,
    ask: () => Promise<Value>,
    { exact }: { readonly exact: boolean },
  ): Promise<Value> {
    const known = exact ? undefined : this.#memories.get(key);
    const age = known === undefined ? STALE : this.#ageOf(known);
    if (known === undefined || age >= STALE) return this.#ask(key, ask);
    if (age >= FRESH) this.#renew(key, ask);
    return known.value;
  }

  /** One at a time for a key: the same million rows are not counted for every asker. */
  #renew(key: string, ask: () => Promise<Value>): void {
    if (this.#renewing.has(key)) return;
    this.#renewing.add(key);
    this.#ask(key, ask)
      .catch(() => undefined)
      .finally(() => this.#renewing.delete(key));
  }

  async #ask(key: string, ask: () => Promise<Value>): Promise<Value> {
    const since = this.clock.monotonic();
    const value = await ask();
    // Somebody who asked later may have been answered first.
    if ((this.#memories.get(key)?.since ?? since) > since) return value;
    this.#memories.delete(key);
    if (this.recordsOf(value) > COSTLY_RECORDS) this.#keep(key, { value, since });
    return value;
  }

  #ageOf({ since }: Memory<Value>): number {
    return this.clock.monotonic() - since;
  }

  #keep(key: string, memory: Memory<Value>): void {
    this.#memories.set(key, memory);
    const [oldest] = this.#memories.keys();
    if (this.#memories.size > MOST && oldest !== undefined) this.#memories.delete(oldest);
  }
}
