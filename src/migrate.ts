import { buildStorage, type Config } from './container.js';
import { ConfigurationError } from './domain/errors.js';

/**
 * Brings the schemas of all stores up to date, or with `statusOnly` only says how they stand.
 * Resolves to false when something is left to do. Throws ConfigurationError when a store can't be
 * used, and ServiceError when it can't be reached.
 */
export async function migrateStores(
  config: Config,
  statusOnly: boolean,
  print: (line: string) => void,
): Promise<boolean> {
  const { registry, logger } = buildStorage({
    ...config,
    storage: { ...config.storage, migrate_on_start: !statusOnly },
  });
  let upToDate = true;
  try {
    for (const backend of registry.backends()) {
      try {
        await backend.open();
        print(`${backend.name}: the schema is up to date (${backend.driver})`);
      } catch (error) {
        if (!statusOnly || !(error instanceof ConfigurationError)) throw error;
        upToDate = false;
        print(`${backend.name}: ${error.message}`);
      } finally {
        await backend.close();
      }
    }
  } finally {
    await logger.close();
  }
  return upToDate;
}
