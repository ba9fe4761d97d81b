import { and, eq, inArray, or, type SQL, sql, type Table } from 'drizzle-orm';
import type { Collection } from '../../../domain/collection.js';
import { collectionOf } from '../../../domain/collections.js';
import { droppedSubject, newerThan } from '../../../domain/tombstone.js';
import { acceptedAt, type Version } from '../../../domain/version.js';
import type {
  Quarantine,
  QuarantinedRecord,
  QuarantineRow,
  Refusal,
} from '../../../ports/quarantine.js';
import type { SqlDialect, SqlRunner, SqlTransaction, UpsertText } from './dialect.js';
import { QUARANTINE } from './internal-tables.js';
import { inPieces, QuarantineReads, ROWS_PER_STATEMENT } from './quarantine-reads.js';
import { parentKeyOf, toQuarantineRow, withRefusals } from './quarantine-rows.js';
import type { SqlTombstones } from './sql-tombstones.js';

/** The quarantine of a store, in a table of its own. */
export class SqlQuarantine extends QuarantineReads implements Quarantine {
  readonly #insert: UpsertText;

  constructor(
    dialect: SqlDialect,
    runner: SqlRunner,
    table: Table,
    private readonly tombstones: SqlTombstones,
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
      const left = await this.#addAll(collection, remaining, at);
      if (left === remaining) break;
      remaining = left;
    }
    return refusals.length - remaining.length;
  }

  /** Returns the same refusals when it has added them, and what no delete covers when it has not. */
  #addAll(
    collection: Collection,
    refusals: readonly Refusal[],
    at: number,
  ): Promise<readonly Refusal[]> {
    return this.runner.transaction(async (transaction) => {
      const earlier = await this.#lock(transaction, collection, refusals);
      const records = withRefusals(collection, earlier, refusals, at);
      await this.#replace(transaction, collection, records);
      // Asked for last: a delete either finds these rows, or its tombstone is found here.
      const writes = refusals.map(({ write }) => write);
      const tombstones = await this.tombstones.covering(transaction, collection, writes);
      const left = tombstones.remaining(collection, writes);
      if (left === writes) return refusals;
      await transaction.rollback();
      return refusals.flatMap((refusal) => {
        const [write] = tombstones.remaining(collection, [refusal.write]);
        return write === undefined ? [] : [{ ...refusal, write }];
      });
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
      await this.tombstones.put(transaction, { ...subject, version: write.version });
      return (await this.#delete(transaction, eq(this.column('id'), id))) > 0;
    });
  }

  /** Forgets what a delete covers: records of a collection under `column`, up to a version. */
  async cover(
    transaction: SqlTransaction,
    collection: Collection,
    column: 'record_key' | 'parent_key',
    key: string,
    version: Version,
  ): Promise<void> {
    const ofKey = and(eq(this.column('collection'), collection.name), eq(this.column(column), key));
    const of = this.column('version');
    await this.#delete(transaction, and(ofKey, sql`${of} <= ${version}`));
    const begun = this.dialect.encode('instant', acceptedAt(version));
    const spanning = and(ofKey, sql`${this.column('created_at')} <= ${begun}`);
    const rows = await transaction.all(
      this.dialect.render(
        sql`select * from ${this.table} where ${spanning}${this.dialect.forUpdate}`,
      ),
    );
    const records = await this.records(rows);
    const remaining = records.flatMap((record) => {
      const write = newerThan(collection, record.write, version);
      return write === null || write === record.write ? [] : [{ ...record, write }];
    });
    await this.#replace(transaction, collection, remaining);
  }

  /** The records of these keys and parents that are there; nobody else changes them meanwhile. */
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

  /** Puts records in the place of those with the same ids. */
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
