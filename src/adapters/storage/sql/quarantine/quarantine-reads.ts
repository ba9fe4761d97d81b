import { and, type Column, eq, gt, inArray, type SQL, sql, type Table } from 'drizzle-orm';
import type { Collection } from '../../../../domain/collection.js';
import type { Version } from '../../../../domain/version.js';
import type {
  QuarantinedRecord,
  QuarantinePlace,
  SliceLimit,
} from '../../../../ports/quarantine.js';
import type { Row, SqlDialect, SqlRunner } from '../dialect.js';
import { columnsIn } from '../tables/internal-tables.js';
import { fromQuarantineRow } from './quarantine-rows.js';

/** Rows per statement. */
export const ROWS_PER_STATEMENT = 500;

/** Reads of the quarantine of a store; ports/quarantine.ts describes them. */
export class QuarantineReads {
  protected readonly column: (name: string) => Column;

  constructor(
    protected readonly dialect: SqlDialect,
    protected readonly runner: SqlRunner,
    protected readonly table: Table,
  ) {
    this.column = columnsIn(table);
  }

  async list(offset: number, limit: SliceLimit): Promise<readonly QuarantinedRecord[]> {
    const [time, id] = [this.column('quarantined_at'), this.column('id')];
    const order = sql`order by ${time} desc, ${id} desc`;
    const ids = await this.#idsWithin(
      limit,
      sql`${order} limit ${whole(limit.records)} offset ${whole(offset)}`,
    );
    if (ids.length === 0) return [];
    return this.#select(sql`where ${inArray(id, [...ids])} ${order}`);
  }

  async count(): Promise<number> {
    const [row] = await this.runner.all(
      this.dialect.render(sql`select count(*) as total from ${this.table}`),
    );
    return Number(row?.total ?? 0);
  }

  /** The newest version; 0 if it is empty. */
  async newest(): Promise<Version> {
    const [row] = await this.runner.all(
      this.dialect.render(sql`select max(${this.column('version')}) as newest from ${this.table}`),
    );
    return Number(row?.newest ?? 0);
  }

  async get(ids: readonly string[]): Promise<readonly QuarantinedRecord[]> {
    return inPieces(ids, (some) =>
      this.#select(sql`where ${inArray(this.column('id'), [...some])}`),
    );
  }

  async find(
    { name, parent }: Collection,
    keys: readonly string[],
  ): Promise<readonly QuarantinePlace[]> {
    const named = ['id', 'record_key', 'parent_key', 'version', 'reason'].map((each) =>
      this.column(each),
    );
    const places = await inPieces(keys, async (some) => {
      const rows = await this.runner.all(
        this.dialect.render(
          sql`select ${sql.join(named, sql`, `)} from ${this.table} where ${this.ofKeys(name, some)}`,
        ),
      );
      return rows.map((row) => ({
        id: String(row.id),
        key: String(row.record_key),
        parent: parent === null ? null : String(row.parent_key),
        version: Number(row.version),
        reason: String(row.reason),
      }));
    });
    return [...places].sort((a, b) => b.version - a.version);
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
      eq(this.column('collection'), name),
      inArray(this.column('missing_parent'), [...parents]),
    );
    return this.#slice(waiting, id, limit);
  }

  async missingParents(
    { name }: Collection,
    after: string | null,
    limit: number,
  ): Promise<readonly string[]> {
    const parent = this.column('missing_parent');
    const where = and(eq(this.column('collection'), name), gt(parent, after ?? ''));
    const rows = await this.runner.all(
      this.dialect.render(
        sql`select distinct ${parent} as parent from ${this.table} where ${where} order by ${parent} limit ${whole(limit)}`,
      ),
    );
    return rows.map((row) => String(row.parent));
  }

  async #slice(
    where: SQL | undefined,
    after: string | null,
    limit: SliceLimit,
  ): Promise<readonly QuarantinedRecord[]> {
    const id = this.column('id');
    const rest = and(where, gt(id, after ?? ''));
    const ids = await this.#idsWithin(
      limit,
      sql`where ${rest} order by ${id} limit ${whole(limit.records)}`,
    );
    const records = await this.get(ids);
    return [...records].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The first of these rows, as many as the limit allows: at least one, if there is one. */
  async #idsWithin(limit: SliceLimit, rest: SQL): Promise<readonly string[]> {
    const [id, bytes] = [this.column('id'), this.column('record_bytes')];
    const sizes = await this.runner.walk(
      this.dialect.render(sql`select ${id} as id, ${bytes} as bytes from ${this.table} ${rest}`),
    );
    let total = 0;
    const end = sizes.findIndex((row, index) => {
      total += Number(row.bytes);
      return index > 0 && total > limit.bytes;
    });
    return (end < 0 ? sizes : sizes.slice(0, end)).map((row) => String(row.id));
  }

  async #select(rest: SQL): Promise<readonly QuarantinedRecord[]> {
    const rows = await this.runner.all(
      this.dialect.render(sql`select * from ${this.table} ${rest}`),
    );
    return this.records(rows);
  }

  protected records(rows: readonly Row[]): Promise<readonly QuarantinedRecord[]> {
    return Promise.all(rows.map((row) => fromQuarantineRow(this.dialect, row)));
  }

  protected ofKeys(collection: string, keys: readonly string[]): SQL | undefined {
    return and(
      eq(this.column('collection'), collection),
      inArray(this.column('record_key'), [...keys]),
    );
  }
}

/** Runs a query for many names, some at a time. */
export async function inPieces<Name, Found>(
  names: readonly Name[],
  ask: (some: readonly Name[]) => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let from = 0; from < names.length; from += ROWS_PER_STATEMENT) {
    found.push(...(await ask(names.slice(from, from + ROWS_PER_STATEMENT))));
  }
  return found;
}

/** A parameter, so that there are few different statement texts. */
function whole(value: number): SQL {
  return sql`${Math.trunc(value)}`;
}
