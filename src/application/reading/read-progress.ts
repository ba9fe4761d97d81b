import type { Collection } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections/family.js';
import { belongingTo } from '../../domain/query.js';
import { compareUtf8 } from '../../domain/utf8-order.js';
import type { Clock } from '../../ports/clock.js';
import type { StorageRegistry, Tally } from '../../ports/storage-backend.js';
import type { StoredChanges } from '../buffer/flush/stored-changes.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { Cached } from './cached.js';
import { ChildCounts, type Counts, NO_RECORDS } from './child-counts.js';
import type { QueryRecords } from './query-records.js';

export interface Progress extends Counts {
  /** By name. */
  readonly sheets: readonly (Counts & { readonly name: string })[];
}

/** How far the work on the children of a record is, counted from what is stored of them. */
export class ReadProgress {
  readonly #counts = new Map<string, ChildCounts>();
  readonly #sheets: Cached<Progress>;
  #deletions = 0;

  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly clock: Clock;
      readonly changes: StoredChanges;
      readonly queryRecords: QueryRecords;
    },
  ) {
    const { clock, changes, buffer } = dependencies;
    this.#sheets = new Cached(
      clock,
      ({ total }) => total,
      () => buffer.storedVersion,
    );
    changes.onStored((collection, writes) => this.#counts.get(collection.name)?.changed(writes));
  }

  /**
   * Sheet by sheet; null if there is no such parent, stored or pending. With `exact`, counts every
   * child now. To count everything accepted before, flush first.
   */
  async of(
    children: Collection,
    parentKey: string,
    { exact }: { readonly exact: boolean },
  ): Promise<Progress | null> {
    const { buffer, queryRecords } = this.dependencies;
    const { collection, field } = parentOf(children);
    if ((await queryRecords.find(collectionOf(collection), parentKey)) === null) return null;
    const { status, sheet } = statedBy(children);
    const ask = async () =>
      bySheet(await this.#tally(children, field, [parentKey], [sheet, status]));
    const key = JSON.stringify([children.name, parentKey, buffer.deletions]);
    return this.#sheets.get(key, ask, { exact });
  }

  /**
   * The progress of each of these parents; one without children has none. For more than 100,000
   * children the counts may be some seconds old, unless `exact` is set (child-counts.ts).
   */
  ofEach(
    children: Collection,
    parentKeys: readonly string[],
    options: { readonly exact: boolean },
  ): Promise<ReadonlyMap<string, Counts>> {
    const { deletions } = this.dependencies.buffer;
    // What was counted before a delete on this instance is never returned again.
    if (deletions !== this.#deletions) for (const counts of this.#counts.values()) counts.clear();
    this.#deletions = deletions;
    return this.#countsOf(children).get(parentKeys, options);
  }

  #countsOf(children: Collection): ChildCounts {
    const known = this.#counts.get(children.name);
    if (known !== undefined) return known;
    const { field } = parentOf(children);
    const { status } = statedBy(children);
    const counts = new ChildCounts(this.dependencies.clock, field, async (keys) =>
      byFirst(await this.#tally(children, field, keys, [field, status])),
    );
    this.#counts.set(children.name, counts);
    return counts;
  }

  #tally(
    children: Collection,
    field: string,
    keys: readonly string[],
    by: readonly string[],
  ): Promise<readonly Tally[]> {
    const backend = this.dependencies.registry.backendOf(children.name);
    return backend.tally(children, [belongingTo(field, ...keys)], by);
  }
}

function parentOf({ name, parent }: Collection) {
  if (parent === null) throw new Error(`${name} has no parent`);
  return parent;
}

function statedBy({ name, status, cell }: Collection) {
  if (status === null || cell === null) throw new Error(`${name} has no progress`);
  return { status, sheet: cell.sheet };
}

function bySheet(tallies: readonly Tally[]): Progress {
  const sheets = [...byFirst(tallies)]
    .map(([name, counts]) => ({ name, ...counts }))
    .sort((a, b) => compareUtf8(a.name, b.name));
  const sums = new Map<string, number>();
  for (const { values, count } of tallies) {
    const [, status = ''] = values;
    sums.set(status, (sums.get(status) ?? 0) + count);
  }
  return { ...countsOf(sums), sheets };
}

/** The counts for each first value. */
function byFirst(tallies: readonly Tally[]): ReadonlyMap<string, Counts> {
  const found = new Map<string, Map<string, number>>();
  for (const { values, count } of tallies) {
    const [first = '', status = ''] = values;
    const statuses = found.get(first) ?? new Map<string, number>();
    found.set(first, statuses.set(status, count));
  }
  return new Map([...found].map(([first, statuses]) => [first, countsOf(statuses)]));
}

function countsOf(statuses: ReadonlyMap<string, number>): Counts {
  if (statuses.size === 0) return NO_RECORDS;
  const sorted = [...statuses].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    total: sorted.reduce((sum, [, count]) => sum + count, 0),
    byStatus: Object.fromEntries(sorted),
  };
}
