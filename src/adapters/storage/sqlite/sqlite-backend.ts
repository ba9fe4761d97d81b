import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CollectionName } from '../../../domain/collection.js';
import { SESSIONS } from '../../../domain/session.js';
import { TASKS } from '../../../domain/task.js';
import { CollectionTable } from '../sql/collection-table.js';
import { SqlBackend } from '../sql/sql-backend.js';
import {
  instances,
  quarantinedRecords,
  tombstones,
  translationSessions,
  translationTasks,
} from './schema.js';
import { SqliteDialect } from './sqlite-dialect.js';
import { SqliteRunner } from './sqlite-runner.js';

const MIGRATIONS = fileURLToPath(new URL('../../../../migrations/sqlite', import.meta.url));

const BUSY_TIMEOUT = 5000;

export interface SqliteSettings {
  /** The database file; its folder is made when it is missing. */
  readonly path: string;
  readonly migrateOnStart: boolean;
  /** The collections that are routed here. */
  readonly collections: readonly CollectionName[];
  /** How long a call waits for another process that has the file locked, milliseconds; 5000 unless told. */
  readonly busyTimeout?: number;
  /** Another folder of migrations, for tests of upgrades. */
  readonly migrations?: string;
}

/** The embedded store: one file, no server. */
export class SqliteBackend extends SqlBackend {
  readonly name = 'sqlite';
  driver = 'better-sqlite3';
  readonly #runner: SqliteRunner;
  readonly #path: string;

  constructor(settings: SqliteSettings) {
    const runner = new SqliteRunner('sqlite', {
      path: settings.path,
      readonly: false,
      // Without the parents here, the service checks for them itself.
      foreignKeys:
        settings.collections.includes(SESSIONS.name) && settings.collections.includes(TASKS.name),
      migrations: settings.migrations ?? MIGRATIONS,
      migrate: settings.migrateOnStart,
      busyTimeout: settings.busyTimeout ?? BUSY_TIMEOUT,
    });
    super(new SqliteDialect(), runner, {
      collections: [
        new CollectionTable(SESSIONS, translationSessions),
        new CollectionTable(TASKS, translationTasks),
      ],
      tombstones,
      instances,
      quarantine: quarantinedRecords,
    });
    this.#runner = runner;
    this.#path = settings.path;
  }

  async open(): Promise<void> {
    const sqlite = await this.#runner.open();
    const { version } = createRequire(import.meta.url)('better-sqlite3/package.json') as {
      version: string;
    };
    this.driver = `better-sqlite3 ${version} (SQLite ${sqlite})`;
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

  close(): Promise<void> {
    return this.#runner.close();
  }
}
