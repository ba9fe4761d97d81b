import type { CopyProgress } from './application/copying/copied.js';
import { type CopyReport, CopyStore } from './application/copying/copy-store.js';
import { buildStoresOf, type Config } from './container.js';

export type StoreName = Config['storage']['backend'];

/**
 * Copies one store of the configuration to another, and compares them. The schema of the target is
 * migrated first if storage.migrate_on_start allows it; that of the source never is, because a
 * service may use it. Throws ConfigurationError if a store cannot be used, or the source has
 * nothing, and ServiceError if one cannot be reached.
 */
export async function copyStores(
  config: Config,
  from: StoreName,
  to: StoreName,
  progress: CopyProgress,
): Promise<CopyReport> {
  const { stores, clock, logger } = buildStoresOf(config, { source: from, target: to });
  const { source, target } = stores;
  try {
    await source.open();
    await target.open();
    return await new CopyStore({ source, target, clock, progress }).run();
  } finally {
    await target.close();
    await source.close();
    await logger.close();
  }
}
