import type { Config } from './adapters/config/schema.js';
import { CollectionRegistry } from './adapters/storage/collection-registry.js';
import { GuardedBackend } from './adapters/storage/guarded/guarded-backend.js';
import { MysqlBackend } from './adapters/storage/mysql/mysql-backend.js';
import { leftBehind } from './adapters/storage/sqlite/file/left-behind.js';
import { SqliteBackend } from './adapters/storage/sqlite/sqlite-backend.js';
import type { CollectionName } from './domain/collection.js';
import { COLLECTIONS } from './domain/collections/list.js';
import type { Clock } from './ports/clock.js';
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

const SECOND = 1000;
const MYSQL_PORT = 3306;

/** `db-1`, `db-1:3306` or `[2001:db8::1]:3306`; the configuration has checked it. */
function nodeAddress(node: string) {
  const [, host = node, port = MYSQL_PORT] = /^\[?(.+?)\]?(?::(\d+))?$/.exec(node) ?? [];
  return { host, port: Number(port) };
}

function routesOf({ storage }: Config) {
  return new Map(
    COLLECTIONS.map(({ name }) => [name, storage.routes[name] ?? storage.backend] as const),
  );
}

/**
 * `exclusive`: locks out other services from an embedded store; a command reads it while they run.
 */
export function registryOf(
  config: Config,
  { logger, clock, exclusive }: { logger: Logger; clock: Clock; exclusive: boolean },
): StorageRegistry {
  const { storage, sqlite, database } = config;
  const routes = routesOf(config);
  const backendOf = (name: Config['storage']['backend']): StorageBackend => {
    const shared = {
      migrateOnStart: storage.migrate_on_start,
      collections: [...routes].filter(([, routed]) => routed === name).map(([of]) => of),
    };
    switch (name) {
      case 'sqlite':
        return new SqliteBackend({ ...shared, path: sqlite.path, exclusive, logger });
      case 'mysql': {
        const { host, port, socket, hosts, user, password, tls } = database;
        return new MysqlBackend({
          ...shared,
          ...{ host, port, socket, user, password, database: database.database, tls },
          hosts: hosts.map(nodeAddress),
          connectTimeout: database.connect_timeout * SECOND,
          poolSize: database.pool_size,
          pool: {
            idleMin: database.pool_idle_min,
            idleTimeout: database.pool_idle_timeout * SECOND,
            recycle: database.pool_recycle * SECOND,
            queryTimeout: database.query_timeout * SECOND,
          },
          logger,
          clock,
        });
      }
    }
  };
  const names = [...new Set(routes.values())];
  const backends = names.map((name) => new GuardedBackend(backendOf(name), clock));
  return new CollectionRegistry(backends, routes);
}
