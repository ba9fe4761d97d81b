import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CollectionName } from '../../../domain/collection.js';
import type { Logger } from '../../../ports/logger.js';
import type { StoreHealth } from '../../../ports/storage-backend.js';
import { driverVersion } from '../../sqlite-driver/open-database.js';
import { SqlBackend } from '../sql/sql-backend.js';
import { checksParents, storeTables } from '../sql/tables/store-tables.js';
import { DatabasePlace } from './file/database-place.js';
import { FileLosses } from './file/file-losses.js';
import { tables } from './schema.js';
import { SqliteDialect } from './sqlite-dialect.js';
import { SqliteRunner } from './sqlite-runner.js';

const MIGRATIONS = fileURLToPath(new URL('../../../../migrations/sqlite', import.meta.url));

const BUSY_TIMEOUT = 5000;

export interface SqliteSettings {
  /**
   * The database file, absolute or relative to the working directory; its folder is created if it
   * is missing.
   */
  readonly path: string;
  readonly migrateOnStart: boolean;
  /** The collections that are routed to this store. */
  readonly collections: readonly CollectionName[];
  /** Locks out other services: true for a service, false for a command. Default: true. */
  readonly exclusive?: boolean;
  readonly logger?: Logger;
  /**
   * How long a call waits for another process that has the file locked, milliseconds. Default:
   * 5000.
   */
  readonly busyTimeout?: number;
  /** Another folder of migrations, for tests of upgrades. */
  readonly migrations?: string;
}

/** The embedded store: one file, no server. */
export class SqliteBackend extends SqlBackend {
  readonly name = 'sqlite';
  driver = 'better-sqlite3';
  readonly #runner: SqliteRunner;
  readonly #losses: FileLosses;
  /** Absolute. */
  readonly #path: string;

  constructor(settings: SqliteSettings) {
    const path = resolve(settings.path);
    const { migrateOnStart, exclusive = true, collections, logger } = settings;
    const losses = new FileLosses(path, logger ?? null);
    const runner = new SqliteRunner(
      'sqlite',
      {
        path,
        readonly: false,
        // If the parents are in another store, the service checks for them itself.
        foreignKeys: checksParents(collections),
        migrations: settings.migrations ?? MIGRATIONS,
        migrate: migrateOnStart,
        locked: exclusive,
        busyTimeout: settings.busyTimeout ?? BUSY_TIMEOUT,
      },
      new DatabasePlace('sqlite', { path, exclusive, mayMake: migrateOnStart }),
      (moved, isWhole) => losses.note(moved, isWhole),
    );
    super(new SqliteDialect(), runner, storeTables(tables));
    this.#runner = runner;
    this.#losses = losses;
    this.#path = path;
  }

  async open(): Promise<void> {
    const sqlite = await this.#runner.open();
    this.driver = `better-sqlite3 ${driverVersion()} (SQLite ${sqlite})`;
  }

  health(): StoreHealth {
    return { nodes: { usable: 1, all: 1 }, repeats: 0 };
  }

  async sizeBytes(): Promise<number> {
    const sizes = await Promise.all(
      ['', '-wal'].map((suffix) =>
        stat(`${this.#path}${suffix}`).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  concerns(): readonly string[] {
    return this.#losses.reports;
  }

  close(): Promise<void> {
    return this.#runner.close();
  }
}
