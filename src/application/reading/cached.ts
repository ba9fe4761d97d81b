import type { Clock } from '../../ports/clock.js';

/** Records that are counted each time; more of them are counted now and then. */
const COSTLY_RECORDS = 10_000;
/** Milliseconds of work from which an answer is not worked out anew for each change. */
const COSTLY_MILLISECONDS = 50;
/** Milliseconds for which a costly answer stands after a change, and any answer without one. */
const FRESH = 1000;
/** Milliseconds for which it is given out, without a change, while it is worked out anew. */
const STALE = 10_000;
/** Answers that are kept. */
const MOST = 1000;

interface Memory<Value> {
  readonly value: Value;
  /** Monotonic milliseconds. */
  readonly since: number;
  readonly took: number;
  readonly state: number | null;
}

/**
 * Answers that are worked out by walking records, such as the total of a list.
 *
 * Up to 10,000 records they are worked out each time. Beyond, an answer stands until this instance
 * changes what is stored, which `state` tells: then it is worked out anew, at once, or within a
 * second where that takes more than 50 ms. What other instances change shows within ten seconds;
 * meanwhile an answer is given out while it is worked out anew. `exact` never gives out an older one.
 */
export class Cached<Value> {
  readonly #memories = new Map<string, Memory<Value>>();
  readonly #renewing = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly recordsOf: (value: Value) => number,
    /** Stays the same while this instance changes nothing that is stored; null while it may. */
    private readonly state: () => number | null,
  ) {}

  /** Rejects as `ask` does, unless an older answer stands. */
  async get(
    key: string,
    ask: () => Promise<Value>,
    { exact }: { readonly exact: boolean },
  ): Promise<Value> {
    const known = exact ? undefined : this.#memories.get(key);
    if (known === undefined || this.#isOutdated(known)) return this.#ask(key, ask);
    if (this.clock.monotonic() - known.since >= FRESH) this.#renew(key, ask);
    return known.value;
  }

  #isOutdated({ since, took, state }: Memory<Value>): boolean {
    const age = this.clock.monotonic() - since;
    if (state !== null && state === this.state()) return age >= STALE;
    return took < COSTLY_MILLISECONDS || age >= FRESH;
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
    const state = this.state();
    const value = await ask();
    const took = this.clock.monotonic() - since;
    // Somebody who asked later may have been answered first.
    if ((this.#memories.get(key)?.since ?? since) > since) return value;
    this.#memories.delete(key);
    if (this.recordsOf(value) > COSTLY_RECORDS) this.#keep(key, { value, since, took, state });
    return value;
  }

  #keep(key: string, memory: Memory<Value>): void {
    this.#memories.set(key, memory);
    const [oldest] = this.#memories.keys();
    if (this.#memories.size > MOST && oldest !== undefined) this.#memories.delete(oldest);
  }
}
