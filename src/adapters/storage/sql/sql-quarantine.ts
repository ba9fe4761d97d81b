import { and, type Column, eq, gt, inArray, or, type SQL, sql, type Table } from 'drizzle-orm';
import type { Collection } from '../../../domain/collection.js';
import { collectionOf } from '../../../domain/collections.js';
import { droppedSubject, newerThan } from '../../../domain/tombstone.js';
import { acceptedAt, type Version } from '../../../domain/version.js';
import type {
  Quarantine,
  QuarantinedRecord,
  QuarantineRow,
  Refusal,
  SliceLimit,
} from '../../../ports/quarantine.js';
import type { Row, SqlDialect, SqlRunner, SqlTransaction, UpsertText } from './dialect.js';
import { columnsIn, QUARANTINE } from './internal-tables.js';
import { fromQuarantineRow, toQuarantineRow, withRefusals } from './quarantine-rows.js';
import type { SqlTombstones } from './sql-tombstones.js';

/** Rows named in one statement. */
const ROWS_PER_STATEMENT = 500;

/** The quarantine of a store, in a table of its own. */
export class SqlQuarantine implements Quarantine {
  readonly #column: (name: string) => Column;
  readonly #insert: UpsertText;

  constructor(
    private readonly dialect: SqlDialect,
    private readonly runner: SqlRunner,
    private readonly table: Table,
    private readonly tombstones: SqlTombstones,
  ) {
    this.#column = columnsIn(table);
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
      const earlier = await this.#lock(
        transaction,
        collection,
        refusals.map(({ write }) => write.key),
      );
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

  list(offset: number, limit: number): Promise<readonly QuarantinedRecord[]> {
    const [time, id] = [this.#column('quarantined_at'), this.#column('id')];
    return this.#select(
      sql`order by ${time} desc, ${id} desc limit ${whole(limit)} offset ${whole(offset)}`,
    );
  }

  async count(): Promise<number> {
    const [row] = await this.runner.all(
      this.dialect.render(sql`select count(*) as total from ${this.table}`),
    );
    return Number(row?.total ?? 0);
  }

  /** The newest version; 0 when it is empty. */
  async newest(): Promise<Version> {
    const [row] = await this.runner.all(
      this.dialect.render(sql`select max(${this.#column('version')}) as newest from ${this.table}`),
    );
    return Number(row?.newest ?? 0);
  }

  async get(ids: readonly string[]): Promise<readonly QuarantinedRecord[]> {
    return this.#inPieces(ids, (some) =>
      this.#select(sql`where ${inArray(this.#column('id'), [...some])}`),
    );
  }

  async find({ name }: Collection, keys: readonly string[]): Promise<readonly QuarantinedRecord[]> {
    return this.#inPieces(keys, (some) => this.#select(sql`where ${this.#ofKeys(name, some)}`));
  }

  after(id: string | null, limit: SliceLimit): Promise<readonly QuarantinedRecord[]> {
    return this.#slice(undefined, id, limit);
  }

  waitingFor(
    { name }: Collection,
    parents: readonly string[],
    id: string | null,
    limit: SliceLimit,
  ): Promise<readonly QuarantinedRecord[]> {
    const waiting = and(
      eq(this.#column('collection'), name),
      inArray(this.#column('missing_parent'), [...parents]),
    );
    return this.#slice(waiting, id, limit);
  }

  async missingParents(
    { name }: Collection,
    after: string | null,
    limit: number,
  ): Promise<readonly string[]> {
    const parent = this.#column('missing_parent');
    const where = and(eq(this.#column('collection'), name), gt(parent, after ?? ''));
    const rows = await this.runner.all(
      this.dialect.render(
        sql`select distinct ${parent} as parent from ${this.table} where ${where} order by ${parent} limit ${whole(limit)}`,
      ),
    );
    return rows.map((row) => String(row.parent));
  }

  async remove(rows: readonly QuarantineRow[]): Promise<number> {
    let removed = 0;
    for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
      const some = rows.slice(from, from + ROWS_PER_STATEMENT);
      const unchanged = some.map(({ id, attempts }) =>
        and(eq(this.#column('id'), id), eq(this.#column('attempts'), attempts)),
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
          sql`select * from ${this.table} where ${eq(this.#column('id'), id)}${this.dialect.forUpdate}`,
        ),
      );
      const [record] = await this.#records(rows);
      if (record === undefined) return false;
      const { collection, write } = record;
      const subject = droppedSubject(collectionOf(collection), write);
      await this.tombstones.put(transaction, { ...subject, version: write.version });
      return (await this.#delete(transaction, eq(this.#column('id'), id))) > 0;
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
    const ofKey = and(
      eq(this.#column('collection'), collection.name),
      eq(this.#column(column), key),
    );
    const of = this.#column('version');
    await this.#delete(transaction, and(ofKey, sql`${of} <= ${version}`));
    const begun = this.dialect.encode('instant', acceptedAt(version));
    const spanning = and(ofKey, sql`${this.#column('created_at')} <= ${begun}`);
    const rows = await transaction.all(
      this.dialect.render(
        sql`select * from ${this.table} where ${spanning}${this.dialect.forUpdate}`,
      ),
    );
    const records = await this.#records(rows);
    const remaining = records.flatMap((record) => {
      const write = newerThan(collection, record.write, version);
      return write === null || write === record.write ? [] : [{ ...record, write }];
    });
    await this.#replace(transaction, collection, remaining);
  }

  async #slice(
    where: SQL | undefined,
    after: string | null,
    limit: SliceLimit,
  ): Promise<readonly QuarantinedRecord[]> {
    const [id, bytes] = [this.#column('id'), this.#column('record_bytes')];
    const rest = and(where, gt(id, after ?? ''));
    const sizes = await this.runner.all(
      this.dialect.render(
        sql`select ${id} as id, ${bytes} as bytes from ${this.table} where ${rest} order by ${id} limit ${whole(limit.records)}`,
      ),
    );
    let total = 0;
    const end = sizes.findIndex((row, index) => {
      total += Number(row.bytes);
      return index > 0 && total > limit.bytes;
    });
    const ids = (end < 0 ? sizes : sizes.slice(0, end)).map((row) => String(row.id));
    const records = await this.get(ids);
    return [...records].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async #lock(
    transaction: SqlTransaction,
    { name }: Collection,
    keys: readonly string[],
  ): Promise<readonly QuarantinedRecord[]> {
    return this.#inPieces(keys, async (some) => {
      const rows = await transaction.all(
        this.dialect.render(
          sql`select * from ${this.table} where ${this.#ofKeys(name, some)}${this.dialect.forUpdate}`,
        ),
      );
      return this.#records(rows);
    });
  }

  /** Puts records in the place of those with the same ids. */
  async #replace(
    transaction: SqlTransaction,
    collection: Collection,
    records: readonly QuarantinedRecord[],
  ): Promise<void> {
    const ids = records.map(({ id }) => id);
    await this.#inPieces(ids, async (some) => {
      await this.#delete(transaction, inArray(this.#column('id'), [...some]));
      return [];
    });
    if (records.length === 0) return;
    const rows = records.map((record) => toQuarantineRow(this.dialect, collection, record));
    await transaction.upsert(this.#insert, await Promise.all(rows));
  }

  #delete(transaction: SqlTransaction, where: SQL | undefined): Promise<number> {
    return transaction.run(this.dialect.render(sql`delete from ${this.table} where ${where}`));
  }

  async #select(rest: SQL): Promise<readonly QuarantinedRecord[]> {
    const rows = await this.runner.all(
      this.dialect.render(sql`select * from ${this.table} ${rest}`),
    );
    return this.#records(rows);
  }

  #records(rows: readonly Row[]): Promise<readonly QuarantinedRecord[]> {
    return Promise.all(rows.map((row) => fromQuarantineRow(this.dialect, row)));
  }

  #ofKeys(collection: string, keys: readonly string[]): SQL | undefined {
    return and(
      eq(this.#column('collection'), collection),
      inArray(this.#column('record_key'), [...keys]),
    );
  }

  async #inPieces<Found>(
    names: readonly string[],
    ask: (some: readonly string[]) => Promise<readonly Found[]>,
  ): Promise<readonly Found[]> {
    const found: Found[] = [];
    for (let from = 0; from < names.length; from += ROWS_PER_STATEMENT) {
      found.push(...(await ask(names.slice(from, from + ROWS_PER_STATEMENT))));
    }
    return found;
  }
}

/** A parameter, so that statements have few texts. */
function whole(value: number): SQL {
  return sql`${Math.trunc(value)}`;
}
