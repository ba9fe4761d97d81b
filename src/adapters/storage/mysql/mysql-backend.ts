import { fileURLToPath } from 'node:url';
import type { CollectionName } from '../../../domain/collection.js';
import { StorageUnavailableError } from '../../../domain/errors.js';
import type { Clock } from '../../../ports/clock.js';
import { ConfigurationError } from '../../../ports/configuration-error.js';
import type { Logger } from '../../../ports/logger.js';
import type { ConnectionUse, Lease } from '../../../ports/storage-backend.js';
import type { Row, SqlRunner, SqlSnapshot, SqlText, SqlTransaction } from '../sql/dialect.js';
import { SqlBackend } from '../sql/sql-backend.js';
import { upsertText } from '../sql/statements/upsert.js';
import type { CollectionTable } from '../sql/tables/collection-table.js';
import { checksParents, storeTables, TABLE_NAMES } from '../sql/tables/store-tables.js';
import { ClusterConflicts } from './cluster/cluster-conflicts.js';
import { PlaceholderRows } from './cluster/placeholder-rows.js';
import { Connector, type MysqlConnectionSettings, serverName } from './connector.js';
import { Leases } from './leases.js';
import { bringUpToDate } from './migrate.js';
import { MysqlDialect } from './mysql-dialect.js';
import { toOpeningError } from './mysql-errors.js';
import { HEALTH_TIMEOUT, MysqlRunner } from './mysql-runner.js';
import { tables } from './schema.js';
import { checkCollations, checkEngines, checkPacket, checkServer } from './server-checks.js';
import { packetFor } from './statement-bytes.js';

const MIGRATIONS = fileURLToPath(new URL('../../../../migrations/mysql', import.meta.url));

export interface MysqlSettings extends MysqlConnectionSettings {
  readonly poolSize: number;
  readonly migrateOnStart: boolean;
  /** The collections that are routed to this store. */
  readonly collections: readonly CollectionName[];
  readonly logger: Logger;
  readonly clock: Clock;
  /** Another folder of migrations, for tests of upgrades. */
  readonly migrations?: string;
}

/** The production store: MySQL 8.4 or newer, or MariaDB 10.6 or newer. */
export class MysqlBackend extends SqlBackend {
  readonly name = 'mysql';
  readonly #opening: Opening;
  readonly #tables: readonly CollectionTable[];

  constructor(settings: MysqlSettings) {
    const dialect = new MysqlDialect();
    const store = storeTables(tables);
    const packets = store.collections
      .filter(({ collection }) => settings.collections.includes(collection.name))
      .map((table) => {
        const { head, tail } = upsertText(dialect, table);
        return packetFor(table.specs, head + tail);
      });
    const opening = new Opening(settings, Math.max(...packets));
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

  close(): Promise<void> {
    return this.#opening.close();
  }
}

/**
 * A runner that prepares the database before its first statement: a server that was unreachable
 * when the service started is checked and migrated once it is reachable. A database that was opened
 * once is not created again: if it is dropped while the service runs, a person must check.
 */
class Opening implements SqlRunner {
  driver = 'mysql2';
  /** Known once it is open. */
  isClusterMember = false;
  readonly #runner: MysqlRunner;
  readonly #server: string;
  readonly #connector: Connector;
  readonly #leases: Leases;
  #opened: Promise<void> | null = null;
  #closed: Promise<void> | null = null;

  constructor(
    private readonly settings: MysqlSettings,
    /** Minimum max_allowed_packet for the largest valid record, in bytes. */
    private readonly packet: number,
  ) {
    const { poolSize, collections, logger, clock } = settings;
    this.#server = serverName(settings);
    this.#connector = new Connector(settings, logger);
    this.#runner = new MysqlRunner(
      this.#server,
      this.#connector,
      poolSize,
      // If the parents are in another store, the service checks for them itself.
      checksParents(collections),
    );
    this.#leases = new Leases(this.#runner, clock);
  }

  /** At start: a server that answers and refuses is a ConfigurationError. */
  open(): Promise<void> {
    this.#opened ??= this.#prepare().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async all(statement: SqlText, timeout?: number): Promise<readonly Row[]> {
    await this.#ready();
    return this.#runner.all(statement, timeout);
  }

  async walk(statement: SqlText): Promise<readonly Row[]> {
    await this.#ready();
    return this.#runner.walk(statement);
  }

  async transaction<Result>(
    work: (transaction: SqlTransaction) => Promise<Result>,
  ): Promise<Result> {
    await this.#ready();
    return this.#runner.transaction(work);
  }

  async snapshot<Result>(work: (snapshot: SqlSnapshot) => Promise<Result>): Promise<Result> {
    await this.#ready();
    return this.#runner.snapshot(work);
  }

  connections(): ConnectionUse {
    return this.#runner.connections();
  }

  async withLease<Result>(
    name: string,
    work: (lease: Lease) => Promise<Result>,
  ): Promise<Result | null> {
    await this.#ready();
    return this.#leases.hold(name, work);
  }

  close(): Promise<void> {
    this.#closed ??= this.#runner.close();
    return this.#closed;
  }

  /** Before a statement: the service runs, and a refusal of the store may be temporary. */
  async #ready(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const where = this.#server;
      const reason = error.message.replace(`${where}: `, '');
      throw new StorageUnavailableError('mysql', reason, undefined, { where });
    }
  }

  async #prepare(): Promise<void> {
    const { migrations = MIGRATIONS, migrateOnStart } = this.settings;
    const connection = await this.#connect();
    try {
      const facts = await checkServer(this.#server, connection);
      checkPacket(this.#server, facts, this.packet);
      this.isClusterMember = facts.isClusterMember;
      await bringUpToDate(this.#server, connection, this.#leases, {
        isMariaDb: facts.isMariaDb,
        folder: migrations,
        mayMigrate: migrateOnStart,
      });
      await checkEngines(this.#server, connection);
      await checkCollations(this.#server, connection);
      this.driver = `mysql2 (${facts.isMariaDb ? 'MariaDB' : 'MySQL'} ${facts.version})`;
    } catch (error) {
      throw toOpeningError(this.#server, error);
    } finally {
      connection.destroy();
    }
  }

  /** Connects to the database, and creates it if it is missing and migrating is enabled. */
  async #connect() {
    const { database, logger } = this.settings;
    try {
      return await this.#connector.connect();
    } catch (error) {
      const isMissing =
        error instanceof Error && 'code' in error && error.code === 'ER_BAD_DB_ERROR';
      // Only an instance that migrates creates databases; the others report that it is missing.
      if (!isMissing || !this.settings.migrateOnStart) throw toOpeningError(this.#server, error);
    }
    try {
      const connection = await this.#connector.connect({ withDatabase: false });
      try {
        // The configuration has checked the name: letters, digits, _, $ and -.
        await connection.query(
          `create database if not exists \`${database}\` character set utf8mb4`,
        );
      } finally {
        connection.destroy();
      }
      logger.info({ database }, `The database ${database} was missing and has been created`);
      return await this.#connector.connect();
    } catch (error) {
      throw toOpeningError(this.#server, error);
    }
  }
}
