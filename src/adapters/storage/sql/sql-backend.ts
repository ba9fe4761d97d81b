import { type SQL, sql } from 'drizzle-orm';
import type { Collection, CollectionName } from '../../../domain/collection.js';
import { type Condition, type ListQuery, positionOf } from '../../../domain/query.js';
import { toRecord, type Write } from '../../../domain/write.js';
import type {
  ConnectionUse,
  ListWindow,
  StorageBackend,
  Summary,
} from '../../../ports/storage-backend.js';
import type { CollectionTable } from './collection-table.js';
import { oneOf, where } from './conditions.js';
import type { Row, SqlDialect, SqlRunner, UpsertText } from './dialect.js';
import { fromRow, toRow } from './rows.js';
import { upsertText } from './upsert.js';
import { wholeNumber, windowOf } from './windows.js';

/** A ratio is summed as whole ten-thousandths, which is exact in every store. */
const RATIO_SCALE = 10_000;
/** Keys looked up in one statement; well below every dialect's limit of parameters. */
const KEYS_PER_LOOKUP = 500;

/** What both dialects do in the same words. A dialect adds how it opens, closes and is measured. */
export abstract class SqlBackend implements StorageBackend {
  abstract readonly name: string;
  abstract readonly driver: string;
  readonly #tables: ReadonlyMap<CollectionName, { table: CollectionTable; upsert: UpsertText }>;

  protected constructor(
    private readonly dialect: SqlDialect,
    private readonly runner: SqlRunner,
    tables: readonly CollectionTable[],
  ) {
    this.#tables = new Map(
      tables.map((table) => [table.collection.name, { table, upsert: upsertText(dialect, table) }]),
    );
  }

  abstract open(): Promise<void>;
  abstract sizeBytes(): Promise<number>;
  abstract close(): Promise<void>;

  async healthCheck(): Promise<void> {
    // Of the tables, because a store may answer `select 1` from memory when its disk is gone.
    for (const { table } of this.#tables.values()) {
      await this.#all(sql`select ${table.key} from ${table.table} limit 1`);
    }
  }

  connections(): ConnectionUse {
    return this.runner.connections();
  }

  async write(collection: Collection, writes: readonly Write[]): Promise<void> {
    if (writes.length === 0) return;
    const { table, upsert } = this.#find(collection);
    // In the order of keys, so that two transactions lock rows in the same order.
    const sorted = [...writes].sort((a, b) => (a.key < b.key ? -1 : 1));
    const rows = sorted.map((write) => toRow(this.dialect, table, write));
    await this.runner.transaction((transaction) => transaction.upsert(upsert, rows));
  }

  async read(collection: Collection, key: string): Promise<Write | null> {
    const { table } = this.#find(collection);
    const rows = await this.#all(sql`select * from ${table.table} where ${table.key} = ${key}`);
    return rows[0] === undefined ? null : fromRow(this.dialect, table, rows[0]);
  }

  async existing(collection: Collection, keys: readonly string[]): Promise<ReadonlySet<string>> {
    const { table } = this.#find(collection);
    const found = new Set<string>();
    for (let from = 0; from < keys.length; from += KEYS_PER_LOOKUP) {
      const some = oneOf(table, collection.key, keys.slice(from, from + KEYS_PER_LOOKUP));
      const rows = await this.#all(
        sql`select ${table.key} as found_key from ${table.table} where ${some}`,
      );
      for (const row of rows) found.add(String(row.found_key));
    }
    return found;
  }

  async query(collection: Collection, query: ListQuery): Promise<ListWindow> {
    const { table } = this.#find(collection);
    const { size } = query.window;
    const rows = await this.#all(windowOf(this.dialect, table, query));
    const items = rows.slice(0, size).map((row) => fromRow(this.dialect, table, row));
    const last = items.at(-1);
    const next =
      rows.length > size && last !== undefined
        ? positionOf(toRecord(collection, last), collection.key, query.sort)
        : null;
    return { items, next };
  }

  async count(collection: Collection, conditions: readonly Condition[]): Promise<number> {
    const { table } = this.#find(collection);
    const rows = await this.#all(
      sql`select count(*) as total from ${table.table}${this.#where(table, conditions)}`,
    );
    return Number(rows[0]?.total ?? 0);
  }

  delete(collection: Collection, conditions: readonly Condition[], limit: number): Promise<number> {
    const { table } = this.#find(collection);
    const condition = where(this.dialect, table, conditions);
    const statement = this.dialect.render(
      this.dialect.deleteSome(table.table, table.key, condition, wholeNumber(limit)),
    );
    return this.runner.transaction((transaction) => transaction.run(statement));
  }

  async summarize(collection: Collection, fields: readonly string[]): Promise<Summary> {
    const { table } = this.#find(collection);
    const sums = fields.flatMap((field, index) => {
      const column = table.column(field);
      const summed =
        table.kind(field) === 'ratio'
          ? sql`round(${column} * ${sql.raw(String(RATIO_SCALE))})`
          : column;
      return [
        sql`sum(${summed}) as ${sql.identifier(`sum_${index}`)}`,
        sql`count(${column}) as ${sql.identifier(`count_${index}`)}`,
      ];
    });
    const rows = await this.#all(
      sql`select ${sql.join([sql`${table.column('status')} as status, count(*) as total`, ...sums], sql`, `)} from ${table.table} group by ${table.column('status')}`,
    );
    return summaryOf(rows, fields, (field) => (table.kind(field) === 'ratio' ? RATIO_SCALE : 1));
  }

  #where(table: CollectionTable, conditions: readonly Condition[]): SQL {
    const condition = where(this.dialect, table, conditions);
    return condition === undefined ? sql`` : sql` where ${condition}`;
  }

  #all(statement: SQL): Promise<readonly Row[]> {
    return this.runner.all(this.dialect.render(statement));
  }

  #find(collection: Collection): { table: CollectionTable; upsert: UpsertText } {
    const found = this.#tables.get(collection.name);
    if (found === undefined) throw new Error(`${this.name} does not hold ${collection.name}`);
    return found;
  }
}

function summaryOf(
  rows: readonly Row[],
  fields: readonly string[],
  scale: (field: string) => number,
): Summary {
  const number = (value: unknown) => Number(value ?? 0);
  const totalOf = (name: string) => rows.reduce((sum, row) => sum + number(row[name]), 0);
  return {
    total: totalOf('total'),
    // Sorted here, because a store groups in whatever order suits it.
    byStatus: Object.fromEntries(
      rows
        .map((row) => [String(row.status), number(row.total)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    sums: Object.fromEntries(
      fields.map((field, index) => [
        field,
        { sum: totalOf(`sum_${index}`) / scale(field), count: totalOf(`count_${index}`) },
      ]),
    ),
  };
}
