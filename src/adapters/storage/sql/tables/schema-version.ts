import { readMigrationFiles } from 'drizzle-orm/migrator';
import { ConfigurationError } from '../../../../ports/configuration-error.js';

/** The migrations of a folder, by the time in their names, oldest first. */
export function knownMigrations(folder: string): readonly number[] {
  return readMigrationFiles({ migrationsFolder: folder }).map(({ folderMillis }) => folderMillis);
}

/**
 * Compares the migrations of a store with those of the code, before anything is migrated. Returns
 * how many are missing. Throws ConfigurationError if the store is newer than the code, or older and migrating is disabled.
 */
export function checkSchema(
  store: string,
  applied: readonly number[],
  known: readonly number[],
  migrate: boolean,
): number {
  const unknown = applied.filter((migration) => !known.includes(migration));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      `The schema of ${store} is newer than this version of the service: it has migrations that this version does not know (${unknown.length}). Start the version that created it, or a newer one.`,
    );
  }
  const missing = known.filter((migration) => !applied.includes(migration));
  if (missing.length > 0 && !migrate) {
    throw new ConfigurationError(
      `The schema of ${store} is older than this version of the service: migrations are missing (${missing.length} of ${known.length}). Run "node dist/main.js migrate", or set storage.migrate_on_start to true.`,
    );
  }
  return missing.length;
}
