import { buildStorage, type Config } from './container.js';
import { ConfigurationError } from './ports/configuration-error.js';

/** The state of the schema of one store. */
export interface SchemaStatus {
  readonly backend: string;
  readonly driver: string;
  readonly up_to_date: boolean;
  /** Describes pending migrations or a problem; null if there is none. */
  readonly problem: string | null;
}

/**
 * Brings the schemas of all stores up to date, or with `statusOnly` only reports their state; calls
 * `report` for each store when it is done. Throws ConfigurationError if a store cannot be used, and
 * ServiceError if it cannot be reached.
 */
export async function migrateStores(
  config: Config,
  statusOnly: boolean,
  report: (status: SchemaStatus) => void,
): Promise<void> {
  const { registry, logger } = buildStorage({
    ...config,
    storage: { ...config.storage, migrate_on_start: !statusOnly },
  });
  try {
    for (const backend of registry.backends()) {
      let problem: string | null = null;
      try {
        await backend.open();
      } catch (error) {
        if (!statusOnly || !(error instanceof ConfigurationError)) throw error;
        problem = error.message;
      } finally {
        await backend.close();
      }
      const { name, driver } = backend;
      report({ backend: name, driver, up_to_date: problem === null, problem });
    }
  } finally {
    await logger.close();
  }
}
