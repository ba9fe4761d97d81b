import { and, eq, inArray, or, type SQL, sql, type Table } from 'drizzle-orm';
import type { Collection } from '../../../../domain/collection.js';
import { childrenOf, collectionOf } from '../../../../domain/collections/family.js';
import { droppedSubject, newerThan, type Tombstone } from '../../../../domain/tombstone.js';
import { acceptedAt, type Version } from '../../../../domain/version.js';
import type { Write } from '../../../../domain/write.js';
import type {
  Quarantine,
  QuarantinedRecord,
  QuarantineRow,
  Refusal,
} from '../../../../ports/quarantine.js';
import type { Conflicts } from '../deleting/conflicts.js';
import type { SqlTombstones } from '../deleting/sql-tombstones.js';
import type { SqlDialect, SqlRunner, SqlTransaction, UpsertText } from '../dialect.js';
import { QUARANTINE } from '../tables/internal-tables.js';
import { inPieces, QuarantineReads, ROWS_PER_STATEMENT } from './quarantine-reads.js';
import { parentKeyOf, toQuarantineRow, withCopies, withRefusals } from './quarantine-rows.js';

interface Entry {
  readonly write: Write;
}

/** The records that result from existing ones and new entries of the same keys and parents. */
type Merged<One extends Entry> = (
  earlier: readonly QuarantinedRecord[],
  entries: readonly One[],
) => readonly QuarantinedRecord[];

/** The quarantine of a store, in a separate table. */
export class SqlQuarantine extends QuarantineReads implements Quarantine {
  readonly #insert: UpsertText;

  constructor(
    dialect: SqlDialect,
    runner: SqlRunner,
    table: Table,
    private readonly tombstones: SqlTombstones,
    private readonly conflicts: Conflicts,
    /** See StorageBackend. */
    private readonly inherit: (
      collection: Collection,
      inherited: readonly Tombstone[],
    ) => Promise<void>,
  ) {
    super(dialect, runner, table);
    const names = QUARANTINE.columns.map(({ name }) => sql.identifier(name));
    const { text } = dialect.render(
      sql`insert into ${table} (${sql.join(names, sql`, `)}) values `,
    );
    this.#insert = { head: text, row: `(${names.map(() => '?').join(', ')})`, tail: '' };
  }

  add(collection: Collection, refusals: readonly Refusal[], at: number): Promise<number> {
    return this.#merge(collection, refusals, (earlier, some) =>
      withRefusals(collection, earlier, some, at),
    );
  }

  async put(collection: Collection, records: readonly QuarantinedRecord[]): Promise<void> {
    await this.#merge(collection, records, (earlier, some) =>
      withCopies(collection, earlier, some),
    );
  }

  /** Adds refusals that no delete covers, in a transaction of the caller. */
  keep(
    transaction: SqlTransaction,
    collection: Collection,
    refusals: readonly Refusal[],
    at: number,
  ): Promise<void> {
    return this.#mergeIn(transaction, collection, refusals, (earlier, some) =>
      withRefusals(collection, earlier, some, at),
    );
  }

  /** Returns how many entries a delete covers. */
  async #merge<One extends Entry>(
    collection: Collection,
    entries: readonly One[],
    merged: Merged<One>,
  ): Promise<number> {
    let remaining = entries;
    while (remaining.length > 0) {
      const { left, inherited } = await this.#mergeAll(collection, remaining, merged);
      await this.inherit(collection, inherited);
      if (left === remaining) break;
      remaining = left;
    }
    return entries.length - remaining.length;
  }

  /**
   * Returns the same entries if it has added them; otherwise those that no delete covers, having
   * added none.
   */
  #mergeAll<One extends Entry>(
    collection: Collection,
    entries: readonly One[],
    merged: Merged<One>,
  ): Promise<{ readonly left: readonly One[]; readonly inherited: readonly Tombstone[] }> {
    const writes = entries.map(({ write }) => write);
    return this.runner.transaction(async (transaction) => {
      await this.conflicts.ofQuarantined(transaction, collection, writes);
      await this.#mergeIn(transaction, collection, entries, merged);
      // Queried last: a delete either finds these rows, or its tombstone is found here.
      const tombstones = await this.tombstones.covering(transaction, collection, writes);
      const left = tombstones.remaining(collection, writes);
      if (left === writes) return { left: entries, inherited: [] };
      await transaction.rollback();
      const remaining = entries.flatMap((entry) => {
        const [write] = tombstones.remaining(collection, [entry.write]);
        return write === undefined ? [] : [{ ...entry, write }];
      });
      return { left: remaining, inherited: tombstones.inherited(collection, writes) };
    });
  }

  async #mergeIn<One extends Entry>(
    transaction: SqlTransaction,
    collection: Collection,
    entries: readonly One[],
    merged: Merged<One>,
  ): Promise<void> {
    const earlier = await this.#lock(transaction, collection, entries);
    await this.#replace(transaction, collection, merged(earlier, entries), earlier);
  }

  async remove(rows: readonly QuarantineRow[]): Promise<number> {
    let removed = 0;
    for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
      const some = rows.slice(from, from + ROWS_PER_STATEMENT);
      const unchanged = some.map(({ id, attempts }) =>
        and(eq(this.column('id'), id), eq(this.column('attempts'), attempts)),
      );
      removed += await this.runner.transaction((transaction) =>
        this.#delete(transaction, or(...unchanged)),
      );
    }
    return removed;
  }

  drop(id: string): Promise<Version | null> {
    return this.runner.transaction(async (transaction) => {
      const rows = await transaction.all(
        this.dialect.render(
          sql`select * from ${this.table} where ${eq(this.column('id'), id)}${this.dialect.forUpdate}`,
        ),
      );
      const [record] = await this.records(rows);
      if (record === undefined) return null;
      const { collection, write } = record;
      const subject = droppedSubject(collectionOf(collection), write);
      await this.tombstones.put(transaction, [{ ...subject, version: write.version }]);
      await this.#delete(transaction, eq(this.column('id'), id));
      return write.version;
    });
  }

  /**
   * Deletes what a delete covers: records of a collection whose `column` is one of these keys, up
   * to a version; with `parent`, only those that name this parent (empty: none). Returns the keys of the records that it changes; none where nothing belongs to
   * records of the collection.
   */
  async cover(
    transaction: SqlTransaction,
    collection: Collection,
    column: 'record_key' | 'parent_key',
    keys: readonly string[],
    version: Version,
    parent?: string,
  ): Promise<readonly string[]> {
    return inPieces(keys, async (some) => {
      const ofKeys = and(
        eq(this.column('collection'), collection.name),
        inArray(this.column(column), [...some]),
        parent === undefined ? undefined : eq(this.column('parent_key'), parent),
      );
      const begun = this.dialect.encode('instant', acceptedAt(version));
      const touched = and(ofKeys, sql`${this.column('created_at')} <= ${begun}`);
      const wholly = and(ofKeys, sql`${this.column('version')} <= ${version}`);
      const isParent = childrenOf(collection).length > 0;
      const old = isParent ? await this.#lockKeys(transaction, wholly) : [];
      await this.#delete(transaction, wholly);
      const rows = await transaction.all(
        this.dialect.render(
          sql`select * from ${this.table} where ${touched}${this.dialect.forUpdate}`,
        ),
      );
      const records = await this.records(rows);
      const remaining = records.flatMap((record) => {
        const write = newerThan(collection, record.write, version);
        return write === null || write === record.write ? [] : [{ ...record, write }];
      });
      await this.#replace(transaction, collection, remaining);
      return [...old, ...remaining.map(({ write }) => write.key)];
    });
  }

  /** Those of these keys that records have, or name as their parent. */
  async usedKeys(
    transaction: SqlTransaction,
    collection: Collection,
    keys: readonly string[],
  ): Promise<readonly string[]> {
    const places = [
      { name: collection.name, column: this.column('record_key') },
      ...childrenOf(collection).map((child) => ({
        name: child.collection.name,
        column: this.column('parent_key'),
      })),
    ];
    const used: string[] = [];
    for (const { name, column } of places) {
      const where = and(eq(this.column('collection'), name), inArray(column, [...keys]));
      const rows = await transaction.all(
        this.dialect.render(
          sql`select distinct ${column} as found from ${this.table} where ${where}`,
        ),
      );
      used.push(...rows.map((row) => String(row.found)));
    }
    return used;
  }

  async #lockKeys(transaction: SqlTransaction, where: SQL | undefined): Promise<readonly string[]> {
    const key = this.column('record_key');
    const rows = await transaction.all(
      this.dialect.render(
        sql`select ${key} as record_key from ${this.table} where ${where}${this.dialect.forUpdate}`,
      ),
    );
    return rows.map((row) => String(row.record_key));
  }

  /** The existing records of these keys and parents, locked against changes by others. */
  async #lock(
    transaction: SqlTransaction,
    collection: Collection,
    entries: readonly Entry[],
  ): Promise<readonly QuarantinedRecord[]> {
    const names = sql`(${this.column('record_key')}, ${this.column('parent_key')})`;
    return inPieces(entries, async (some) => {
      const keys = some.map(({ write }) => write.key);
      const pairs = some.map(({ write }) => sql`(${write.key}, ${parentKeyOf(collection, write)})`);
      const where = and(
        this.ofKeys(collection.name, keys),
        sql`${names} in (${sql.join(pairs, sql`, `)})`,
      );
      const rows = await transaction.all(
        this.dialect.render(
          sql`select * from ${this.table} where ${where}${this.dialect.forUpdate}`,
        ),
      );
      return this.records(rows);
    });
  }

  /** Replaces the records with the same ids, and earlier ones. */
  async #replace(
    transaction: SqlTransaction,
    collection: Collection,
    records: readonly QuarantinedRecord[],
    earlier: readonly QuarantinedRecord[] = [],
  ): Promise<void> {
    const ids = [...new Set([...records, ...earlier].map(({ id }) => id))];
    await inPieces(ids, async (some) => {
      await this.#delete(transaction, inArray(this.column('id'), [...some]));
      return [];
    });
    if (records.length === 0) return;
    const rows = records.map((record) => toQuarantineRow(this.dialect, collection, record));
    await transaction.upsert(this.#insert, await Promise.all(rows));
  }

  #delete(transaction: SqlTransaction, where: SQL | undefined): Promise<number> {
    return transaction.run(this.dialect.render(sql`delete from ${this.table} where ${where}`));
  }
}
