import type { Row, SqlRunner, SqlText, UpsertText } from '../sql/dialect.js';
import { SqliteConnection } from './sqlite-connection.js';
import type { WorkerSettings } from './worker-protocol.js';

/**
 * Two connections to one file, each in a thread: one writes, one reads, so that a list does not
 * wait for a flush (WAL lets a reader go on beside the writer).
 */
export class SqliteRunner implements SqlRunner {
  readonly #writer: Reopening;
  readonly #reader: Reopening;

  constructor(backend: string, settings: WorkerSettings) {
    this.#writer = new Reopening(backend, settings);
    this.#reader = new Reopening(backend, { ...settings, readonly: true, migrations: null });
  }

  /** Returns the version of SQLite. */
  async open(): Promise<string> {
    const { sqliteVersion } = await this.#writer.connection();
    await this.#reader.connection();
    return sqliteVersion;
  }

  async all(statement: SqlText): Promise<readonly Row[]> {
    const reader = await this.#reader.connection();
    return (await reader.send({ kind: 'all', statement })) as readonly Row[];
  }

  async run(statement: SqlText): Promise<number> {
    const writer = await this.#writer.connection();
    return (await writer.send({ kind: 'run', statement })) as number;
  }

  async upsert(upsert: UpsertText, rows: readonly (readonly unknown[])[]): Promise<void> {
    const writer = await this.#writer.connection();
    await writer.send({ kind: 'upsert', upsert, rows });
  }

  async close(): Promise<void> {
    await this.#reader.close();
    await this.#writer.close();
  }
}

/** A connection that is opened when it is first needed, and again after its thread died. */
class Reopening {
  #current: Promise<SqliteConnection> | null = null;

  constructor(
    private readonly backend: string,
    private readonly settings: WorkerSettings,
  ) {}

  async connection(): Promise<SqliteConnection> {
    const current = this.#current ?? this.#open();
    const connection = await current;
    if (connection.isOpen) return connection;
    // Whoever finds it closed first opens the next one; the others wait for that.
    if (this.#current === current) void this.#open();
    return this.connection();
  }

  async close(): Promise<void> {
    const current = this.#current;
    this.#current = null;
    await (await current)?.close();
  }

  #open(): Promise<SqliteConnection> {
    const opening = SqliteConnection.open(this.backend, this.settings);
    this.#current = opening;
    opening.catch(() => {
      if (this.#current === opening) this.#current = null;
    });
    return opening;
  }
}
