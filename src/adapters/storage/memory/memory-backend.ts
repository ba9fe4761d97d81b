import type { Collection, CollectionName } from '../../../domain/collection.js';
import { collectionOf } from '../../../domain/collections.js';
import { RecordRefusedError } from '../../../domain/errors.js';
import { mergeWrites } from '../../../domain/merge.js';
import { type Condition, type ListQuery, positionOf } from '../../../domain/query.js';
import { type RecordFields, toRecord, type Write } from '../../../domain/write.js';
import type { ListWindow, StorageBackend, Summary } from '../../../ports/storage-backend.js';
import { checkFitness } from './fitness.js';
import { childrenOf, comparePositions, meets } from './matching.js';

/** The reference implementation of StorageBackend: maps and the merge rule, for tests. */
export class MemoryBackend implements StorageBackend {
  readonly driver = 'memory';
  readonly #collections: readonly Collection[];
  readonly #stored: ReadonlyMap<CollectionName, Map<string, Write>>;

  constructor(
    collections: readonly CollectionName[],
    readonly name = 'memory',
  ) {
    this.#collections = collections.map(collectionOf);
    this.#stored = new Map(collections.map((collection) => [collection, new Map()]));
  }

  async open(): Promise<void> {}

  async write(collection: Collection, writes: readonly Write[]): Promise<void> {
    const table = this.#table(collection);
    const merged = writes.map((write) => {
      checkFitness(collection, write);
      const stored = table.get(write.key);
      return stored === undefined ? write : mergeWrites(collection, stored, write);
    });
    this.#checkParents(collection, merged);
    for (const write of merged) table.set(write.key, write);
  }

  async read(collection: Collection, key: string): Promise<Write | null> {
    return this.#table(collection).get(key) ?? null;
  }

  async existing(collection: Collection, keys: readonly string[]): Promise<ReadonlySet<string>> {
    const table = this.#table(collection);
    return new Set(keys.filter((key) => table.has(key)));
  }

  async query(collection: Collection, query: ListQuery): Promise<ListWindow> {
    const { conditions, sort, window } = query;
    const position = (record: RecordFields) => positionOf(record, collection.key, sort);
    const sorted = this.#matching(collection, conditions)
      .map((write) => ({ write, at: position(toRecord(collection, write)) }))
      .sort((a, b) => comparePositions(sort, a.at, b.at));
    const from =
      window.kind === 'page'
        ? (window.page - 1) * window.size
        : sorted.filter(({ at }) => comparePositions(sort, at, window.position) <= 0).length;
    const shown = sorted.slice(from, from + window.size);
    const isLast = from + window.size >= sorted.length;
    return {
      items: shown.map(({ write }) => write),
      next: isLast ? null : (shown.at(-1)?.at ?? null),
    };
  }

  async count(collection: Collection, conditions: readonly Condition[]): Promise<number> {
    return this.#matching(collection, conditions).length;
  }

  async delete(
    collection: Collection,
    conditions: readonly Condition[],
    limit: number,
  ): Promise<number> {
    const doomed = this.#matching(collection, conditions).slice(0, limit);
    for (const { key } of doomed) {
      this.#table(collection).delete(key);
      for (const child of childrenOf(collection, this.#collections)) {
        const ofParent: Condition = { kind: 'one-of', field: child.field, values: [key] };
        for (const { key: childKey } of this.#matching(child.collection, [ofParent])) {
          this.#table(child.collection).delete(childKey);
        }
      }
    }
    return doomed.length;
  }

  async summarize(collection: Collection, fields: readonly string[]): Promise<Summary> {
    const records = this.#matching(collection, []).map((write) => toRecord(collection, write));
    const statuses = [...new Set(records.map(({ status }) => String(status)))].sort();
    return {
      total: records.length,
      byStatus: Object.fromEntries(
        statuses.map((status) => [
          status,
          records.filter((record) => record.status === status).length,
        ]),
      ),
      sums: Object.fromEntries(fields.map((field) => [field, sumOf(records, field)])),
    };
  }

  async sizeBytes(): Promise<number> {
    return 0;
  }

  async healthCheck(): Promise<void> {}

  async close(): Promise<void> {}

  #checkParents({ parent }: Collection, writes: readonly Write[]): void {
    const parents = parent === null ? undefined : this.#stored.get(parent.collection);
    if (parent === null || parents === undefined) return;
    if (writes.every((write) => parents.has(String(write.fields[parent.field])))) return;
    throw new RecordRefusedError('MISSING_PARENT', 'the record that it belongs to does not exist');
  }

  #matching(collection: Collection, conditions: readonly Condition[]): readonly Write[] {
    return [...this.#table(collection).values()].filter((write) =>
      meets(toRecord(collection, write), conditions),
    );
  }

  #table(collection: Collection): Map<string, Write> {
    const table = this.#stored.get(collection.name);
    if (table === undefined) throw new Error(`${this.name} does not hold ${collection.name}`);
    return table;
  }
}

/** Summed as whole ten-thousandths: the precision of a ratio, and exact. */
function sumOf(records: readonly RecordFields[], field: string) {
  const values = records.flatMap((record) => record[field] ?? []).map(Number);
  const tenThousandths = values.reduce((sum, value) => sum + Math.round(value * 10_000), 0);
  return { sum: tenThousandths / 10_000, count: values.length };
}
