import { and, eq, inArray, or, type SQL, sql, type Table } from 'drizzle-orm';
import type { Collection } from '../../../../domain/collection.js';
import { childrenOf, collectionOf } from '../../../../domain/collections/family.js';
import { droppedSubject, newerThan, type Tombstone } from '../../../../domain/tombstone.js';
import { acceptedAt, type Version } from '../../../../domain/version.js';
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
import { parentKeyOf, toQuarantineRow, withRefusals } from './quarantine-rows.js';

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

  async add(collection: Collection, refusals: readonly Refusal[], at: number): Promise<number> {
    let remaining = refusals;
    while (remaining.length > 0) {
      const { left, inherited } = await this.#addAll(collection, remaining, at);
      await this.inherit(collection, inherited);
      if (left === remaining) break;
      remaining = left;
    }
    return refusals.length - remaining.length;
  }

  /**
   * Returns the same refusals if it has added them; otherwise those that no delete covers, having
   * added none.
   */
  #addAll(
    collection: Collection,
    refusals: readonly Refusal[],
    at: number,
  ): Promise<{ readonly left: readonly Refusal[]; readonly inherited: readonly Tombstone[] }> {
    const writes = refusals.map(({ write }) => write);
    return this.runner.transaction(async (transaction) => {
      await this.conflicts.ofQuarantined(transaction, collection, writes);
      const earlier = await this.#lock(transaction, collection, refusals);
      const records = withRefusals(collection, earlier, refusals, at);
      await this.#replace(transaction, collection, records);
      // Queried last: a delete either finds these rows, or its tombstone is found here.
      const tombstones = await this.tombstones.covering(transaction, collection, writes);
      const left = tombstones.remaining(collection, writes);
      if (left === writes) return { left: refusals, inherited: [] };
      await transaction.rollback();
      const remaining = refusals.flatMap((refusal) => {
        const [write] = tombstones.remaining(collection, [refusal.write]);
        return write === undefined ? [] : [{ ...refusal, write }];
      });
      return { left: remaining, inherited: tombstones.inherited(collection, writes) };
    });
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

  drop(id: string): Promise<boolean> {
    return this.runner.transaction(async (transaction) => {
      const rows = await transaction.all(
        this.dialect.render(
          sql`select * from ${this.table} where ${eq(this.column('id'), id)}${this.dialect.forUpdate}`,
        ),
      );
      const [record] = await this.records(rows);
      if (record === undefined) return false;
      const { collection, write } = record;
      const subject = droppedSubject(collectionOf(collection), write);
      await this.tombstones.put(transaction, [{ ...subject, version: write.version }]);
      return (await this.#delete(transaction, eq(this.column('id'), id))) > 0;
    });
  }

  /**
   * Deletes what a delete covers: records of a collection whose `column` is one of these keys, up
   * to a version. Returns the keys of the records that it changes; none where nothing belongs to
   * records of the collection.
   */
  async cover(
    transaction: SqlTransaction,
    collection: Collection,
    column: 'record_key' | 'parent_key',
    keys: readonly string[],
    version: Version,
  ): Promise<readonly string[]> {
    return inPieces(keys, async (some) => {
      const ofKeys = and(
        eq(this.column('collection'), collection.name),
        inArray(this.column(column), [...some]),
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
    refusals: readonly Refusal[],
  ): Promise<readonly QuarantinedRecord[]> {
    const names = sql`(${this.column('record_key')}, ${this.column('parent_key')})`;
    return inPieces(refusals, async (some) => {
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

  /** Replaces the records with the same ids. */
  async #replace(
    transaction: SqlTransaction,
    collection: Collection,
    records: readonly QuarantinedRecord[],
  ): Promise<void> {
    const ids = records.map(({ id }) => id);
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
