import type { Write } from '../../domain/write.js';
import type { Clock } from '../../ports/clock.js';

/** How many records there are, in all and by status. */
export interface Counts {
  readonly total: number;
  readonly byStatus: Readonly<Record<string, number>>;
}

export const NO_RECORDS: Counts = { total: 0, byStatus: {} };

/** Milliseconds after which counts are repeated, because another instance may have changed them. */
const STALE = 10_000;
/** Up to this number of outdated records, the answer waits for the new counts. */
const QUICK = 100_000;
/** Milliseconds after which an answer waits for new counts, whatever their number. */
const OLD = 60_000;
/** Maximum number of parents that are remembered. */
const MOST = 2000;

interface Entry {
  /** Null while they are counted for the first time. */
  counts: Counts | null;
  /** Monotonic milliseconds of the count. */
  since: number;
  /** Numbers of the last count and of the last change, in one sequence. */
  counted: number;
  changed: number;
}

/**
 * Remembers how many children each parent has, by status: a page of a hundred sessions may stand for
 * millions of tasks. Only parents whose children this instance has changed, or that were counted more
 * than ten seconds ago, are counted again. If they have more than 100,000 children together, the
 * earlier counts are returned once more, and new ones are counted meanwhile.
 */
export class ChildCounts {
  readonly #entries = new Map<string, Entry>();
  #sequence = 0;
  #renewing = false;

  constructor(
    private readonly clock: Clock,
    /** The field that names the parent. */
    private readonly field: string,
    /** Counts the children of each of these parents; one without children may be missing. */
    private readonly count: (keys: readonly string[]) => Promise<ReadonlyMap<string, Counts>>,
  ) {}

  /** Some children were stored. */
  changed(writes: readonly Write[]): void {
    if (this.#entries.size === 0) return;
    this.#sequence += 1;
    for (const { fields } of writes) {
      const entry = this.#entries.get(String(fields[this.field]));
      if (entry !== undefined) entry.changed = this.#sequence;
    }
  }

  /** Forgets everything, after a delete. */
  clear(): void {
    this.#entries.clear();
  }

  /** Of each of these parents. With `exact` all of them are counted now. Rejects as `count` does. */
  async get(
    keys: readonly string[],
    { exact }: { readonly exact: boolean },
  ): Promise<ReadonlyMap<string, Counts>> {
    const outdated = exact ? keys : keys.filter((key) => this.#isOutdated(this.#entries.get(key)));
    if (exact || this.#mustWait(outdated)) {
      const counted = await this.#ask(outdated);
      return new Map(keys.map((key) => [key, counted.get(key) ?? this.#known(key)]));
    }
    const known = new Map(keys.map((key) => [key, this.#known(key)]));
    if (outdated.length > 0) this.#renew(outdated);
    return known;
  }

  #known(key: string): Counts {
    return this.#entries.get(key)?.counts ?? NO_RECORDS;
  }

  #isOutdated(entry: Entry | undefined): boolean {
    if (entry === undefined || entry.counts === null) return true;
    return entry.changed > entry.counted || this.#ageOf(entry) >= STALE;
  }

  #mustWait(outdated: readonly string[]): boolean {
    let records = 0;
    for (const key of outdated) {
      const entry = this.#entries.get(key);
      if (entry === undefined || entry.counts === null || this.#ageOf(entry) >= OLD) return true;
      records += entry.counts.total;
    }
    return records <= QUICK;
  }

  #ageOf({ since }: Entry): number {
    return this.clock.monotonic() - since;
  }

  /** One at a time: concurrent requests do not count the same million records. */
  #renew(keys: readonly string[]): void {
    if (this.#renewing) return;
    this.#renewing = true;
    this.#ask(keys)
      .catch(() => undefined)
      .finally(() => {
        this.#renewing = false;
      });
  }

  async #ask(keys: readonly string[]): Promise<ReadonlyMap<string, Counts>> {
    if (keys.length === 0) return new Map();
    this.#sequence += 1;
    const started = this.#sequence;
    const since = this.clock.monotonic();
    for (const key of keys) {
      // Present before the count, so that a change during the count is not missed.
      if (!this.#entries.has(key))
        this.#entries.set(key, { counts: null, since, counted: 0, changed: 0 });
    }
    const counts = await this.count(keys);
    for (const key of keys) {
      const entry = this.#entries.get(key);
      if (entry === undefined || entry.counted > started) continue;
      Object.assign(entry, { counts: counts.get(key) ?? NO_RECORDS, since, counted: started });
    }
    this.#limit();
    return new Map(keys.map((key) => [key, counts.get(key) ?? NO_RECORDS]));
  }

  #limit(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= MOST) return;
      this.#entries.delete(key);
    }
  }
}
