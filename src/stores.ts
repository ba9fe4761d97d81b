import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from './adapters/config/schema.js';
import { CollectionRegistry } from './adapters/storage/collection-registry.js';
import { GuardedBackend } from './adapters/storage/guarded/guarded-backend.js';
import { serverName } from './adapters/storage/mysql/connections/connector.js';
import { MysqlBackend } from './adapters/storage/mysql/mysql-backend.js';
import { leftBehind } from './adapters/storage/sqlite/file/left-behind.js';
import { SqliteBackend } from './adapters/storage/sqlite/sqlite-backend.js';
import type { CollectionName } from './domain/collection.js';
import { COLLECTIONS } from './domain/collections/list.js';
import type { Clock } from './ports/clock.js';
import { ConfigurationError } from './ports/configuration-error.js';
import type { Logger } from './ports/logger.js';
import type { StorageBackend, StorageRegistry } from './ports/storage-backend.js';

/**
 * The collections that are now stored elsewhere, but whose records the SQLite file still contains.
 */
export function leftInSqlite(config: Config): readonly CollectionName[] {
  const elsewhere = [...routesOf(config)].filter(([, routed]) => routed !== 'sqlite');
  if (elsewhere.length === 0) return [];
  return leftBehind(
    config.sqlite.path,
    elsewhere.map(([name]) => name),
  );
}

function routesOf({ storage }: Config) {
  return new Map(
    COLLECTIONS.map(({ name }) => [name, storage.routes[name] ?? storage.backend] as const),
  );
}

/** Each backend with the file or the servers that it uses, for people. */
export function placesOfStores({ sqlite, database }: Config): Readonly<Record<string, string>> {
  const { hosts, ...login } = mysqlSettings(database);
  return {
    sqlite: `sqlite ${resolve(sqlite.path)}`,
    mysql: serverName(hosts.length > 0 ? hosts : [login], login),
  };
}

/**
 * `exclusive`: locks out other services from an embedded store; a command reads it while they run.
 */
export function registryOf(
  config: Config,
  { logger, clock, exclusive }: { logger: Logger; clock: Clock; exclusive: boolean },
): StorageRegistry {
  const routes = routesOf(config);
  const names = [...new Set(routes.values())];
  const backends = names.map((name) => {
    const collections = [...routes].filter(([, routed]) => routed === name).map(([of]) => of);
    const migrateOnStart = config.storage.migrate_on_start;
    const backend = backendOf(config, name, {
      collections,
      migrateOnStart,
      exclusive,
      logger,
      clock,
    });
    return new GuardedBackend(backend, clock);
  });
  return new CollectionRegistry(backends, routes);
}

/**
 * The two stores of a copy, whatever is routed to them. Only the schema of the target is migrated,
 * if storage.migrate_on_start allows it. Throws ConfigurationError if the source is a missing file,
 * which opening it would report as an old schema.
 */
export function storesToCopy(
  config: Config,
  { source, target }: Readonly<Record<'source' | 'target', Config['storage']['backend']>>,
  parts: { readonly logger: Logger; readonly clock: Clock },
): Readonly<Record<'source' | 'target', StorageBackend>> {
  const { path } = config.sqlite;
  if (source === 'sqlite' && !existsSync(path)) {
    throw new ConfigurationError(
      `sqlite.path: there is no file ${resolve(path)} to copy from. Set the path of an existing store.`,
    );
  }
  const all = { collections: COLLECTIONS.map(({ name }) => name), exclusive: false, ...parts };
  const { migrate_on_start } = config.storage;
  return {
    source: backendOf(config, source, { ...all, migrateOnStart: false }),
    target: backendOf(config, target, { ...all, migrateOnStart: migrate_on_start }),
  };
}

function backendOf(
  { sqlite, database }: Config,
  name: Config['storage']['backend'],
  {
    exclusive,
    clock,
    ...shared
  }: {
    readonly collections: readonly CollectionName[];
    readonly migrateOnStart: boolean;
    readonly exclusive: boolean;
    readonly logger: Logger;
    readonly clock: Clock;
  },
): StorageBackend {
  switch (name) {
    case 'sqlite':
      return new SqliteBackend({ ...shared, path: sqlite.path, exclusive });
    case 'mysql':
      return new MysqlBackend({ ...shared, ...mysqlSettings(database), clock });
  }
}

const SECOND = 1000;
const MYSQL_PORT = 3306;

function mysqlSettings(config: Config['database']) {
  const { host, port, socket, hosts, user, password, database, tls } = config;
  return {
    ...{ host, port, socket, user, password, database, tls },
    hosts: hosts.map(nodeAddress),
    connectTimeout: config.connect_timeout * SECOND,
    poolSize: config.pool_size,
    pool: {
      idleMin: config.pool_idle_min,
      idleTimeout: config.pool_idle_timeout * SECOND,
      recycle: config.pool_recycle * SECOND,
      queryTimeout: config.query_timeout * SECOND,
    },
  };
}

/** `db-1`, `db-1:3306` or `[2001:db8::1]:3306`; the configuration has checked it. */
function nodeAddress(node: string) {
  const [, host = node, port = MYSQL_PORT] = /^\[?(.+?)\]?(?::(\d+))?$/.exec(node) ?? [];
  return { host, port: Number(port) };
}
