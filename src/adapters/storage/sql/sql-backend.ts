import { type SQL, sql } from 'drizzle-orm';
import type { Collection, CollectionName } from '../../../domain/collection.js';
import { childrenOf } from '../../../domain/collections/family.js';
import { type Condition, isDeep, type ListQuery, positionOf } from '../../../domain/query.js';
import type { Tombstone } from '../../../domain/tombstone.js';
import type { Version } from '../../../domain/version.js';
import { toRecord, type Write } from '../../../domain/write.js';
import type { DeleteGuard, Deletion } from '../../../ports/deletion.js';
import type { Quarantine } from '../../../ports/quarantine.js';
import {
  ALWAYS_HELD,
  type ConnectionUse,
  type DroppedTombstones,
  type Instance,
  type KeyQuery,
  type KeyWindow,
  type Lease,
  type ListWindow,
  type StorageBackend,
  type Summary,
  type Tally,
} from '../../../ports/storage-backend.js';
import type { TombstoneStore } from '../../../ports/tombstone-store.js';
import { type Conflicts, NO_CONFLICTS } from './deleting/conflicts.js';
import { type Covering, inherit } from './deleting/covering.js';
import type { TableTree } from './deleting/delete-locks.js';
import { deleteRecord } from './deleting/delete-record.js';
import { TombstoneHolders } from './deleting/drop-tombstones.js';
import { SqlTombstoneStore } from './deleting/sql-tombstone-store.js';
import { SqlTombstones } from './deleting/sql-tombstones.js';
import type { Row, SqlDialect, SqlRunner, SqlSnapshot } from './dialect.js';
import { SqlQuarantine } from './quarantine/sql-quarantine.js';
import { oneOf, where } from './statements/conditions.js';
import { newestOf, newestText } from './statements/newest.js';
import { parentsText } from './statements/parents.js';
import { storeWrites } from './statements/store-writes.js';
import { summaryOf, summaryText, talliesOf, tallyText } from './statements/summaries.js';
import { Upserts } from './statements/upsert.js';
import { keysOf, windowOf } from './statements/windows.js';
import type { CollectionTable } from './tables/collection-table.js';
import { fromRow } from './tables/rows.js';
import type { StoreTables } from './tables/store-tables.js';

/** Keys per lookup statement; well below every dialect's limit of parameters. */
const KEYS_PER_LOOKUP = 500;

/** What both dialects do with the same SQL. A dialect adds opening, closing and measuring. */
export abstract class SqlBackend implements StorageBackend {
  abstract readonly name: string;
  abstract readonly driver: string;
  readonly #tables: ReadonlyMap<CollectionName, { table: CollectionTable; upserts: Upserts }>;
  readonly #tombstones: SqlTombstones;
  readonly #holders: TombstoneHolders;
  readonly #quarantine: SqlQuarantine;

  protected constructor(
    private readonly dialect: SqlDialect,
    private readonly runner: SqlRunner,
    { collections, ...internal }: StoreTables,
    private readonly conflicts: Conflicts = NO_CONFLICTS,
  ) {
    this.#tables = new Map(
      collections.map((table) => [
        table.collection.name,
        { table, upserts: new Upserts(dialect, table) },
      ]),
    );
    this.#tombstones = new SqlTombstones(dialect, internal.tombstones, conflicts);
    this.#holders = new TombstoneHolders(dialect, runner, internal);
    this.#quarantine = new SqlQuarantine(
      dialect,
      runner,
      internal.quarantine,
      this.#tombstones,
      conflicts,
      (collection, inherited) => this.inherit(collection, inherited),
    );
  }

  get quarantine(): Quarantine {
    return this.#quarantine;
  }

  get tombstones(): TombstoneStore {
    return new SqlTombstoneStore(this.runner, this.#covering);
  }

  abstract open(): Promise<void>;
  abstract sizeBytes(): Promise<number>;
  abstract close(): Promise<void>;

  async healthCheck(): Promise<void> {
    // Reads the tables, because a store may answer `select 1` from memory when its disk is gone.
    for (const { table } of this.#tables.values()) {
      await this.#all(sql`select ${table.key} from ${table.table} limit 1`);
    }
  }

  /** Of a store that belongs to one service. */
  withLease<Result>(
    _name: string,
    work: (lease: Lease) => Promise<Result>,
  ): Promise<Result | null> {
    return work(ALWAYS_HELD);
  }

  connections(): ConnectionUse {
    return this.runner.connections();
  }

  write(collection: Collection, writes: readonly Write[]): Promise<number> {
    const target = { ...this.#covering, ...this.#find(collection) };
    return storeWrites(this.runner, target, writes);
  }

  async read(collection: Collection, key: string): Promise<Write | null> {
    const { table } = this.#find(collection);
    const rows = await this.#all(sql`select * from ${table.table} where ${table.key} = ${key}`);
    return rows[0] === undefined ? null : fromRow(this.dialect, table, rows[0]);
  }

  async existing(
    collection: Collection,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, string | null>> {
    const { table } = this.#find(collection);
    const { parent } = collection;
    const owner = parent === null ? sql`null` : table.column(parent.field);
    const found = new Map<string, string | null>();
    for (let from = 0; from < keys.length; from += KEYS_PER_LOOKUP) {
      const some = oneOf(table, collection.key, keys.slice(from, from + KEYS_PER_LOOKUP));
      const rows = await this.#all(
        sql`select ${table.key} as found_key, ${owner} as found_owner from ${table.table} where ${some}`,
      );
      for (const row of rows)
        found.set(String(row.found_key), row.found_owner === null ? null : String(row.found_owner));
    }
    return found;
  }

  async query(collection: Collection, query: ListQuery): Promise<ListWindow> {
    const { table } = this.#find(collection);
    if (isDeep(query.window)) return this.#deepPage(table, query);
    return this.#window(table, query, { all: (statement) => this.runner.walk(statement) });
  }

  /** Counted in the same snapshot, so that the page is the same from either end of the list. */
  #deepPage(table: CollectionTable, query: ListQuery): Promise<ListWindow> {
    return this.runner.snapshot(async (snapshot) => {
      const [counted] = await snapshot.all(
        this.dialect.render(this.#countOf(table, query.conditions)),
      );
      const total = Number(counted?.total ?? 0);
      return { ...(await this.#window(table, query, snapshot, total)), total };
    });
  }

  async #window(
    table: CollectionTable,
    query: ListQuery,
    reader: SqlSnapshot,
    total?: number,
  ): Promise<ListWindow> {
    const { window, sort } = query;
    const { collection } = table;
    const statement = windowOf(this.dialect, table, query, total);
    const rows = await reader.all(this.dialect.render(statement));
    const items = rows.slice(0, window.size).map((row) => fromRow(this.dialect, table, row));
    const last = items.at(-1);
    const goesOn = Number(rows[0]?.page_rows ?? rows.length) > items.length;
    const next =
      goesOn && last !== undefined
        ? positionOf(toRecord(collection, last), collection.key, sort)
        : null;
    return { items, next };
  }

  async keys(collection: Collection, query: KeyQuery): Promise<KeyWindow> {
    const { table } = this.#find(collection);
    const { size } = query.window;
    const rows = await this.#walk(keysOf(this.dialect, table, query));
    const keys = rows.slice(0, size).map((row) => String(row.page_key));
    const last = rows[size - 1];
    if (rows.length <= size || last === undefined) return { keys, next: null };
    const value = this.dialect.decode(table.kind(query.sort.field), last.page_value);
    return { keys, next: { value, key: String(last.page_key) } };
  }

  async count(collection: Collection, conditions: readonly Condition[]): Promise<number> {
    const { table } = this.#find(collection);
    const rows = await this.#walk(this.#countOf(table, conditions));
    return Number(rows[0]?.total ?? 0);
  }

  delete(
    collection: Collection,
    key: string,
    version: Version,
    guard?: DeleteGuard,
  ): Promise<Deletion | null> {
    const target = { ...this.#covering, tree: this.#tree(collection) };
    return deleteRecord(this.runner, target, key, version, guard);
  }

  async inherit(collection: Collection, inherited: readonly Tombstone[]): Promise<void> {
    if (inherited.length === 0) return;
    await inherit(this.runner, this.#covering, collection, inherited);
  }

  /** The tables of a collection and of its descendants that are in this store. */
  #tree(collection: Collection): TableTree {
    const children = childrenOf(collection).flatMap(({ collection: child, field }) =>
      this.#tables.has(child.name) ? [{ field, tree: this.#tree(child) }] : [],
    );
    return { table: this.#find(collection).table, children };
  }

  get #covering(): Covering {
    return {
      dialect: this.dialect,
      tombstones: this.#tombstones,
      conflicts: this.conflicts,
      quarantine: this.#quarantine,
      tableOf: (name) => this.#tables.get(name)?.table,
    };
  }

  async parentsWith(
    collection: Collection,
    parents: readonly string[],
    conditions: readonly Condition[],
  ): Promise<readonly string[]> {
    const { table } = this.#find(collection);
    const { parent } = collection;
    if (parent === null || parents.length === 0) return [];
    const statement = parentsText(this.dialect, table, parent.field, parents, conditions);
    const rows = await this.#walk(statement);
    return rows.map((row) => String(row.parent));
  }

  async newestVersion(): Promise<Version> {
    let newest = Math.max(
      await this.#tombstones.newest(this.runner),
      await this.#quarantine.newest(),
    );
    for (const { table } of this.#tables.values()) {
      const [row] = await this.#all(newestText(table));
      if (row !== undefined) newest = Math.max(newest, newestOf(this.dialect, row));
    }
    return newest;
  }

  announce(instance: Instance, holdsFrom: Version | null): Promise<void> {
    return this.#holders.announce(instance, holdsFrom);
  }

  dropTombstones(before: Version): Promise<DroppedTombstones> {
    return this.#holders.drop(before);
  }

  async tally(
    collection: Collection,
    conditions: readonly Condition[],
    by: readonly string[],
  ): Promise<readonly Tally[]> {
    const { table } = this.#find(collection);
    const rows = await this.#walk(tallyText(table, by, this.#where(table, conditions)));
    return talliesOf(by, rows);
  }

  async summarize(collection: Collection): Promise<Summary> {
    const { table } = this.#find(collection);
    return summaryOf(table, await this.#walk(summaryText(table)));
  }

  #countOf(table: CollectionTable, conditions: readonly Condition[]): SQL {
    return sql`select count(*) as total from ${table.table}${this.#where(table, conditions)}`;
  }

  #where(table: CollectionTable, conditions: readonly Condition[]): SQL {
    const condition = where(this.dialect, table, conditions);
    return condition === undefined ? sql`` : sql` where ${condition}`;
  }

  #walk(statement: SQL): Promise<readonly Row[]> {
    return this.runner.walk(this.dialect.render(statement));
  }

  #all(statement: SQL): Promise<readonly Row[]> {
    return this.runner.all(this.dialect.render(statement));
  }

  #find(collection: Collection): { table: CollectionTable; upserts: Upserts } {
    const found = this.#tables.get(collection.name);
    if (found === undefined) throw new Error(`${this.name} does not hold ${collection.name}`);
    return found;
  }
}
