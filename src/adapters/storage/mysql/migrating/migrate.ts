import type { Connection } from 'mysql2/promise';
import type { Lease } from '../../../../ports/storage-backend.js';
import { checkSchema, knownMigrations } from '../../sql/tables/schema-version.js';
import { endStream } from '../connections/connector.js';
import { CREATE_LEASES, type Leases } from '../leases.js';
import { MARIADB_COLLATION, MYSQL_COLLATION, prepareToMigrate } from '../server-checks.js';
import { appliedMigrations, applyMigrations } from './apply-migrations.js';

/** The lease that lets one instance migrate at a time. */
const LEASE = 'migrations';
/** Milliseconds that an instance waits for another one that is migrating. */
const PATIENCE = 120_000;

export interface MigrationSettings {
  readonly isMariaDb: boolean;
  readonly folder: string;
  readonly mayMigrate: boolean;
}

/**
 * Migrates the schema, one instance at a time: several may start at once, on several nodes. Throws
 * ConfigurationError if the schema is newer than the code, or older and migrating is disabled.
 */
export async function bringUpToDate(
  server: string,
  connection: Connection,
  leases: Pick<Leases, 'wait'>,
  { isMariaDb, folder, mayMigrate }: MigrationSettings,
): Promise<void> {
  const known = knownMigrations(folder);
  const isCurrent = async () =>
    checkSchema(server, await appliedMigrations(connection), known, mayMigrate) === 0;
  if (await isCurrent()) return;
  // The same migrations, with MariaDB's name of the collation.
  const translate = (sql: string) =>
    isMariaDb ? sql.replaceAll(MYSQL_COLLATION, MARIADB_COLLATION) : sql;
  await prepareToMigrate(connection);
  await connection.query(translate(CREATE_LEASES));
  await leases.wait(LEASE, PATIENCE, async (lease) => {
    // Another instance may have migrated meanwhile.
    if (await isCurrent()) return;
    // A change of a table has no timeout.
    lease.onLost(() => endStream(connection));
    await applyMigrations(server, guardedBy(lease, connection), { folder, translate });
  });
}

/** A connection that sends nothing once another instance may be migrating. */
function guardedBy(lease: Lease, connection: Connection): Connection {
  return new Proxy(connection, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (name === 'query' || name === 'execute') lease.check();
        return Reflect.apply(value, target, args);
      };
    },
  });
}
