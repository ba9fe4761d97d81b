import type { Clock } from '../../ports/clock.js';

/** Up to this number, records are counted for each request. */
const COSTLY_RECORDS = 10_000;
/** An answer that takes more milliseconds than this is not recomputed for each change. */
const COSTLY_MILLISECONDS = 50;
/** Milliseconds for which a costly answer is valid after a change, and any answer without one. */
const FRESH = 1000;
/** Milliseconds for which an answer is returned, without a change, while it is recomputed. */
const STALE = 10_000;
/** Maximum number of cached answers. */
const MOST = 1000;

interface Memory<Value> {
  readonly value: Value;
  /** Monotonic milliseconds. */
  readonly since: number;
  readonly took: number;
  readonly state: number | null;
}

/**
 * Caches answers that are computed by walking records, such as the total of a list
 * (stale-while-revalidate).
 *
 * Up to 10,000 records they are computed each time. Beyond, an answer is valid until this instance
 * changes what is stored, which `state` indicates. It is then recomputed at once, or within a
 * second if that takes more than 50 ms. Changes of other instances show within ten seconds;
 * meanwhile the old answer is returned while it is recomputed. `exact` never returns an older
 * answer.
 */
export class Cached<Value> {
  readonly #memories = new Map<string, Memory<Value>>();
  readonly #renewing = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly recordsOf: (value: Value) => number,
    /** Constant while this instance changes nothing that is stored; null while it may. */
    private readonly state: () => number | null,
  ) {}

  /** Rejects as `ask` does, unless an older answer is still valid. */
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

  /** One computation at a time per key: concurrent requests do not count the same million rows. */
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
    // A request that started later may have been answered first.
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
