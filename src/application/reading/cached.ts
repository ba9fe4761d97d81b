import type { Clock } from '../../ports/clock.js';

/** Up to this number, records are counted for each request. */
const COSTLY_RECORDS = 10_000;
/** An answer that takes more milliseconds than this is not recomputed for each change. */
const COSTLY_MILLISECONDS = 50;
/** Milliseconds for which an answer is valid, even after a change if it is costly. */
const FRESH = 1000;
/** An answer is valid for so many times what it took: computing takes at most a tenth of the time. */
const PAUSE = 10;
/** But not longer than this, milliseconds: what took long may have waited for the store. */
const LONGEST_PAUSE = 60_000;
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
 * meanwhile the old answer is returned while it is recomputed. An answer that takes more than a
 * tenth of a second is recomputed after ten times as long, so that a store of many millions is not
 * always being counted, but at the latest after a minute; after twice that time it is awaited. `exact`
 * never returns an older answer.
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
    if (this.#ageOf(known) >= validFor(known.took)) this.#renew(key, ask);
    return known.value;
  }

  #isOutdated(known: Memory<Value>): boolean {
    const { took, state } = known;
    const longest = took * PAUSE > FRESH ? 2 * validFor(took) : FRESH;
    if (state !== null && state === this.state())
      return this.#ageOf(known) >= Math.max(STALE, longest);
    return took < COSTLY_MILLISECONDS || this.#ageOf(known) >= longest;
  }

  #ageOf({ since }: Memory<Value>): number {
    return this.clock.monotonic() - since;
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

function validFor(took: number): number {
  return Math.min(LONGEST_PAUSE, Math.max(FRESH, PAUSE * took));
}
