import { ConfigurationError, StorageUnavailableError } from '../../../domain/errors.js';
import type { ConnectionUse } from '../../../ports/storage-backend.js';
import type { Row, SqlRunner, SqlText, UpsertText } from '../sql/dialect.js';
import { ReopeningConnection } from './reopening-connection.js';
import type { WorkerRequest, WorkerSettings } from './worker-protocol.js';

/**
 * Two connections to one file, each in a thread: one writes, one reads, so that a list does not
 * wait for a flush (WAL lets a reader go on beside the writer).
 */
export class SqliteRunner implements SqlRunner {
  readonly #writer: ReopeningConnection;
  readonly #reader: ReopeningConnection;

  constructor(
    private readonly backend: string,
    settings: WorkerSettings,
  ) {
    this.#writer = new ReopeningConnection(backend, settings);
    // The writer goes first: it makes the file, and the schema that the reader expects.
    this.#reader = new ReopeningConnection(
      backend,
      { ...settings, readonly: true, migrations: null },
      this.#writer,
    );
  }

  /** Returns the version of SQLite. Errors are those of StorageBackend.open. */
  async open(): Promise<string> {
    const { sqliteVersion } = await this.#writer.get();
    await this.#reader.get();
    return sqliteVersion;
  }

  async all(statement: SqlText): Promise<readonly Row[]> {
    return (await this.#send(this.#reader, { kind: 'all', statement })) as readonly Row[];
  }

  async run(statement: SqlText): Promise<number> {
    return (await this.#send(this.#writer, { kind: 'run', statement })) as number;
  }

  async upsert(upsert: UpsertText, rows: readonly (readonly unknown[])[]): Promise<void> {
    await this.#send(this.#writer, { kind: 'upsert', upsert, rows });
  }

  connections(): ConnectionUse {
    const connections = [this.#writer, this.#reader];
    const underWay = connections.flatMap((connection) => connection.underWay ?? []);
    const busy = underWay.filter((requests) => requests > 0);
    return {
      inUse: busy.length,
      idle: underWay.length - busy.length,
      limit: connections.length,
      waiting: busy.reduce((sum, requests) => sum + requests - 1, 0),
    };
  }

  async close(): Promise<void> {
    // The writer last: whoever closes last folds the WAL into the file, and a reader can't.
    await this.#reader.close();
    await this.#writer.close();
  }

  async #send(connection: ReopeningConnection, request: WorkerRequest) {
    try {
      return await (await connection.get()).send(request);
    } catch (error) {
      // Only a start may fail for good; a store in service that can't be opened again is down.
      if (!(error instanceof ConfigurationError)) throw error;
      throw new StorageUnavailableError(this.backend, error.message, error);
    }
  }
}
