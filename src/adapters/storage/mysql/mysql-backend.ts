import type { Lease, StoreHealth } from '../../../ports/storage-backend.js';
import { SqlBackend } from '../sql/sql-backend.js';
import { upsertText } from '../sql/statements/upsert.js';
import type { CollectionTable } from '../sql/tables/collection-table.js';
import { checksParents, storeTables, TABLE_NAMES } from '../sql/tables/store-tables.js';
import { ClusterConflicts } from './cluster/cluster-conflicts.js';
import { PlaceholderRows } from './cluster/placeholder-rows.js';
import { MysqlDialect } from './mysql-dialect.js';
import { HEALTH_TIMEOUT } from './mysql-runner.js';
import { type MysqlSettings, Opening } from './opening.js';
import { tables } from './schema.js';
import { packetFor, rowFor } from './statement-bytes.js';

/** The production store: MySQL 8.4 or newer, MariaDB 10.6 or newer, or TiDB 8.5 or newer. */
export class MysqlBackend extends SqlBackend {
  readonly name = 'mysql';
  readonly #opening: Opening;
  readonly #tables: readonly CollectionTable[];

  constructor(settings: MysqlSettings) {
    const dialect = new MysqlDialect();
    const store = storeTables(tables);
    const own = store.collections.filter(({ collection }) =>
      settings.collections.includes(collection.name),
    );
    const packets = own.map((table) => {
      const { head, tail } = upsertText(dialect, table);
      return packetFor(table.specs, head + tail);
    });
    const rows = own.map(({ specs }) => rowFor(specs));
    const opening = new Opening(settings, {
      packet: Math.max(...packets),
      row: Math.max(...rows),
    });
    const conflicts = new ClusterConflicts(
      new PlaceholderRows(dialect, store.collections),
      checksParents(settings.collections),
      () => opening.isClusterMember,
    );
    super(dialect, opening, store, conflicts);
    this.#opening = opening;
    this.#tables = store.collections;
  }

  get driver(): string {
    return this.#opening.driver;
  }

  open(): Promise<void> {
    return this.#opening.open();
  }

  /**
   * Like that of SqlBackend, but with a shorter timeout. It reads tables, because a node without
   * quorum answers `select 1`.
   */
  override async healthCheck(): Promise<void> {
    for (const { collection } of this.#tables) {
      const text = `select ${collection.key} from ${collection.name} limit 1`;
      await this.#opening.all({ text, params: [] }, HEALTH_TIMEOUT);
    }
  }

  async clock(): Promise<number> {
    const text = 'select unix_timestamp(now(3)) as seconds';
    const [row] = await this.#opening.all({ text, params: [] }, HEALTH_TIMEOUT);
    return Number(row?.seconds) * 1000;
  }

  async sizeBytes(): Promise<number> {
    const rows = await this.#opening.all({
      text: `select coalesce(sum(data_length + index_length), 0) as size from information_schema.tables where table_schema = database() and table_name in (${TABLE_NAMES.map(() => '?').join(', ')})`,
      params: [...TABLE_NAMES],
    });
    return Number(rows[0]?.size ?? 0);
  }

  override withLease<Result>(
    name: string,
    work: (lease: Lease) => Promise<Result>,
  ): Promise<Result | null> {
    return this.#opening.withLease(name, work);
  }

  health(): StoreHealth {
    return this.#opening.health();
  }

  /** In words without addresses: everyone may read them. */
  concerns(): readonly string[] {
    const { usable, all } = this.health().nodes;
    if (usable === all) return [];
    return [`${all - usable} of ${all} nodes (database.hosts) cannot be used; the log names them`];
  }

  close(): Promise<void> {
    return this.#opening.close();
  }
}
