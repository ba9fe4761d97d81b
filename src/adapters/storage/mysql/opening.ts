import { fileURLToPath } from 'node:url';
import type { CollectionName } from '../../../domain/collection.js';
import { StorageUnavailableError } from '../../../domain/errors.js';
import type { Clock } from '../../../ports/clock.js';
import { ConfigurationError } from '../../../ports/configuration-error.js';
import type { Logger } from '../../../ports/logger.js';
import type { ConnectionUse, Lease, StoreHealth } from '../../../ports/storage-backend.js';
import type { Row, SqlRunner, SqlSnapshot, SqlText, SqlTransaction } from '../sql/dialect.js';
import { checksParents } from '../sql/tables/store-tables.js';
import {
  CONNECT_TIMEOUT,
  Connector,
  closeNow,
  type Login,
  type NodeAddress,
  serverName,
} from './connections/connector.js';
import { NodePool, type PoolSettings } from './connections/node-pool.js';
import { Nodes } from './connections/nodes.js';
import { limited } from './connections/time-limit.js';
import { Leases } from './leases.js';
import { bringUpToDate } from './migrating/migrate.js';
import { toOpeningError } from './mysql-errors.js';
import { MysqlRunner } from './mysql-runner.js';
import { checkCollations, checkEngines, checkPacket, checkServer } from './server-checks.js';
import { checkConstraints, checkTidb } from './tidb-checks.js';

export const MIGRATIONS = fileURLToPath(new URL('../../../../migrations/mysql', import.meta.url));
const POOL: Omit<PoolSettings, 'size'> = {
  idleMin: 2,
  idleTimeout: 60_000,
  recycle: 3_600_000,
  queryTimeout: 60_000,
};

export interface MysqlSettings extends NodeAddress, Login {
  /** The nodes of a cluster, in order of preference, in the place of one address; default: none. */
  readonly hosts?: readonly NodeAddress[];
  readonly poolSize: number;
  readonly pool?: Partial<Omit<PoolSettings, 'size'>>;
  readonly migrateOnStart: boolean;
  /** The collections that are routed to this store. */
  readonly collections: readonly CollectionName[];
  readonly logger: Logger;
  readonly clock: Clock;
  /** Another folder of migrations, for tests of upgrades. */
  readonly migrations?: string;
}

/** What a server must accept for the largest valid record, in bytes. */
export interface LargestRecord {
  /** The minimum max_allowed_packet. */
  readonly packet: number;
  /** Of the row itself. */
  readonly row: number;
}

/**
 * A runner that prepares the database before its first statement: a server that was unreachable
 * when the service started is checked and migrated once it is reachable. A database that was opened
 * once is not created again: if it is dropped while the service runs, a person must check.
 */
export class Opening implements SqlRunner {
  driver = 'mysql2';
  /** Known once it is open. */
  isClusterMember = false;
  readonly #runner: MysqlRunner;
  readonly #server: string;
  readonly #connectors: readonly Connector[];
  readonly #leases: Leases;
  /** Milliseconds after which a statement of the opening counts as lost, unless it migrates. */
  readonly #timeout: number;
  #opened: Promise<void> | null = null;
  #closed: Promise<void> | null = null;

  constructor(
    private readonly settings: MysqlSettings,
    private readonly largest: LargestRecord,
  ) {
    const { hosts = [], collections, logger, clock, poolSize } = settings;
    const addresses = hosts.length > 0 ? hosts : [settings];
    const pool = { ...POOL, ...settings.pool, size: poolSize };
    this.#timeout = pool.queryTimeout;
    this.#server = serverName(addresses, settings);
    this.#connectors = addresses.map((address) => new Connector(address, settings, logger));
    // If the parents are in another store, the service checks for them itself.
    const foreignKeys = checksParents(collections);
    const nodes = this.#connectors.map((connector) => {
      return { connector, pool: new NodePool(connector, pool, foreignKeys, clock) };
    });
    this.#runner = new MysqlRunner(
      this.#server,
      new Nodes(nodes, settings.connectTimeout ?? CONNECT_TIMEOUT, clock, logger),
      poolSize,
      pool.queryTimeout,
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

  health(): StoreHealth {
    return this.#runner.health();
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

  /** On the first node that can be used. Throws the most useful of the errors of all nodes. */
  async #prepare(): Promise<void> {
    let first: unknown;
    for (const connector of this.#connectors) {
      try {
        return await this.#prepareOn(connector);
      } catch (error) {
        const isOutage = error instanceof StorageUnavailableError;
        if (!isOutage && !(error instanceof ConfigurationError)) throw error;
        // What must be configured does not change by waiting.
        if (first === undefined || (!isOutage && first instanceof StorageUnavailableError))
          first = error;
      }
    }
    throw first;
  }

  async #prepareOn(connector: Connector): Promise<void> {
    const { migrations = MIGRATIONS, migrateOnStart } = this.settings;
    const server = connector.name;
    const opened = await this.#connect(connector);
    const connection = limited(opened, this.#timeout);
    try {
      const facts = await checkServer(server, connection);
      checkPacket(server, facts, this.largest.packet);
      if (facts.product === 'TiDB') await checkTidb(server, connection, this.largest.row);
      await bringUpToDate(server, connection, this.#leases, {
        isMariaDb: facts.product === 'MariaDB',
        folder: migrations,
        mayMigrate: migrateOnStart,
      });
      await checkEngines(server, connection);
      await checkCollations(server, connection);
      if (facts.product === 'TiDB') await checkConstraints(server, connection);
      this.isClusterMember = facts.isClusterMember;
      this.driver = `mysql2 (${facts.product} ${facts.version})`;
    } catch (error) {
      throw toOpeningError(server, error);
    } finally {
      closeNow(opened);
    }
  }

  /** Connects to the database, and creates it if it is missing and migrating is enabled. */
  async #connect(connector: Connector) {
    const { database, logger } = this.settings;
    try {
      return await connector.connect();
    } catch (error) {
      const isMissing =
        error instanceof Error && 'code' in error && error.code === 'ER_BAD_DB_ERROR';
      // Only an instance that migrates creates databases; the others report that it is missing.
      if (!isMissing || !this.settings.migrateOnStart) throw toOpeningError(connector.name, error);
    }
    try {
      const connection = await connector.connect({ withDatabase: false });
      try {
        // The configuration has checked the name: letters, digits, _, $ and -.
        await limited(connection, this.#timeout).query(
          `create database if not exists \`${database}\` character set utf8mb4`,
        );
      } finally {
        closeNow(connection);
      }
      logger.info({ database }, `The database ${database} was missing and has been created`);
      return await connector.connect();
    } catch (error) {
      throw toOpeningError(connector.name, error);
    }
  }
}
