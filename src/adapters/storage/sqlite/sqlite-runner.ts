import { StorageUnavailableError } from '../../../domain/errors.js';
import { ConfigurationError } from '../../../ports/configuration-error.js';
import type { ConnectionUse } from '../../../ports/storage-backend.js';
import type {
  Row,
  SqlRunner,
  SqlSnapshot,
  SqlText,
  SqlTransaction,
  UpsertText,
} from '../sql/dialect.js';
import type { DatabasePlace } from './file/database-place.js';
import { ReopeningConnection } from './reopening-connection.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { FileMovedError } from './sqlite-errors.js';
import type { WorkerSettings } from './worker-protocol.js';

/**
 * Connections to one file, each in a thread: one writes, one walks lists, one reads single records,
 * and one, opened on first use, takes snapshots. A list does not wait for a flush, and a single
 * record, or a health check, does not wait for a list (with WAL, readers do not wait for the writer).
 * What is read beside a snapshot is newer than it: all that was committed before.
 */
export class SqliteRunner implements SqlRunner {
  readonly #writer: ReopeningConnection;
  readonly #reader: ReopeningConnection;
  readonly #walker: ReopeningConnection;
  readonly #snapshots: ReopeningConnection;
  /** Resolves when nothing of the transactions requested so far is left to send to the thread. */
  #last: Promise<unknown> = Promise.resolve();
  #lastSnapshot: Promise<unknown> = Promise.resolve();
  /** Queued and running transactions. */
  #transactions = 0;
  #leaving: Promise<void> | null = null;
  #closed = false;

  constructor(
    private readonly backend: string,
    settings: WorkerSettings,
    private readonly place: DatabasePlace,
    /** `isWhole`: everything that was written has reached the open file. */
    private readonly onMoved: (moved: FileMovedError, isWhole: boolean) => void,
  ) {
    this.#writer = new ReopeningConnection(backend, settings, () => place.claim());
    // The writer opens first: it creates the file, and the schema that the readers expect.
    const reading = () =>
      new ReopeningConnection(backend, { ...settings, readonly: true, migrations: null }, () =>
        this.#writer.get(),
      );
    this.#reader = reading();
    this.#walker = reading();
    this.#snapshots = reading();
  }

  /** Returns the version of SQLite. Errors are those of StorageBackend.open. */
  async open(): Promise<string> {
    const { sqliteVersion } = await this.#writer.get();
    await Promise.all([this.#reader.get(), this.#walker.get()]);
    return sqliteVersion;
  }

  all(statement: SqlText): Promise<readonly Row[]> {
    return this.#read(this.#reader, statement);
  }

  walk(statement: SqlText): Promise<readonly Row[]> {
    return this.#read(this.#walker, statement);
  }

  async #read(connection: ReopeningConnection, statement: SqlText): Promise<readonly Row[]> {
    await this.#leaving;
    try {
      const open = await this.#get(connection);
      return (await open.send({ kind: 'all', statement })) as readonly Row[];
    } catch (error) {
      throw await this.#left(error);
    }
  }

  /** One at a time: there is one connection that writes. */
  async transaction<Result>(
    work: (transaction: SqlTransaction) => Promise<Result>,
  ): Promise<Result> {
    if (this.#closed) throw new StorageUnavailableError(this.backend, 'the store is closed');
    this.#transactions += 1;
    try {
      return await this.#inTurn((isSent) => this.#transaction(work, isSent));
    } catch (error) {
      throw await this.#left(error);
    } finally {
      this.#transactions -= 1;
    }
  }

  /** One at a time. */
  snapshot<Result>(work: (snapshot: SqlSnapshot) => Promise<Result>): Promise<Result> {
    const result = this.#lastSnapshot.then(async () => {
      await this.#leaving;
      const connection = await this.#get(this.#snapshots);
      await connection.send({ kind: 'begin-reading' });
      try {
        return await work(new Transaction(connection));
      } finally {
        await connection.send({ kind: 'rollback' }).catch(() => undefined);
      }
    });
    this.#lastSnapshot = result.catch(() => undefined);
    return result.catch(async (error: unknown) => {
      throw await this.#left(error);
    });
  }

  connections(): ConnectionUse {
    const readers = this.#readers;
    const open = [this.#writer, ...readers].filter(({ underWay }) => underWay !== null).length;
    const waiting = [this.#transactions, ...readers.map(({ underWay }) => underWay ?? 0)];
    const inUse = waiting.filter((requests) => requests > 0).length;
    return {
      inUse,
      idle: Math.max(0, open - inUse),
      limit: waiting.length,
      waiting: waiting.reduce((sum, requests) => sum + Math.max(0, requests - 1), 0),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    await this.#lastSnapshot;
    // The writer closes last: the last connection writes the WAL into the file, and a reader
    // cannot.
    await Promise.all(this.#readers.map((reader) => reader.close()));
    await this.#writer.close();
    await this.place.release();
  }

  get #readers(): readonly ReopeningConnection[] {
    return [this.#reader, this.#walker, this.#snapshots];
  }

  /** The next turn begins when `work` calls `isSent`, at the latest when it has ended. */
  #inTurn<Result>(work: (isSent: () => void) => Promise<Result>): Promise<Result> {
    const before = this.#last;
    let isSent = () => {};
    this.#last = new Promise<void>((resolve) => {
      isSent = resolve;
    });
    return before.then(() => work(isSent)).finally(isSent);
  }

  /**
   * The thread answers in order, so nothing waits for an answer on which it does not depend: under
   * load, the main thread takes as long to come to an answer as the thread takes for 200 rows.
   */
  async #transaction<Result>(
    work: (transaction: SqlTransaction) => Promise<Result>,
    isSent: () => void,
  ): Promise<Result> {
    const connection = await this.#get(this.#writer);
    const transaction = new Transaction(connection);
    // Without a transaction the thread changes nothing, so that `work` rejects too.
    const [begun, worked] = await Promise.allSettled([
      connection.send({ kind: 'begin' }),
      work(transaction),
    ]);
    if (begun.status === 'rejected' || worked.status === 'rejected') {
      // If the thread has ended, so has its transaction. One that was still open, because of which a
      // begin fails, ends here too.
      await transaction.rollback().catch(() => undefined);
      if (begun.status === 'rejected') throw begun.reason;
    }
    if (worked.status === 'rejected') throw worked.reason;
    if (transaction.isUnderWay) {
      // If it fails, the thread rolls back: what is sent from here on is of the next transaction.
      const committed = connection.send({ kind: 'commit' });
      isSent();
      await committed;
    }
    return worked.value;
  }

  async #get(connection: ReopeningConnection): Promise<SqliteConnection> {
    try {
      return await connection.get();
    } catch (error) {
      // Only a start may fail permanently; a running service treats a store that cannot be reopened
      // as down.
      if (!(error instanceof ConfigurationError)) throw error;
      throw new StorageUnavailableError(this.backend, error.message, error);
    }
  }

  /**
   * Returns the error, after closing files whose names lead elsewhere; the next call opens the
   * files that are there then.
   */
  async #left(error: unknown): Promise<unknown> {
    if (!(error instanceof FileMovedError)) return error;
    this.#leaving ??= this.#inTurn(() => this.#closeAll(error)).finally(() => {
      this.#leaving = null;
    });
    await this.#leaving;
    return error;
  }

  /**
   * All connections close before one opens again: SQLite would use the log of the old file for the
   * new one.
   */
  async #closeAll(moved: FileMovedError): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.drop()));
    const isWhole = await this.#writer.ifOpen((writer) =>
      writer.send({ kind: 'fold' }).then(
        () => true,
        () => false,
      ),
    );
    await this.#writer.drop();
    this.onMoved(moved, isWhole === true);
  }
}

/** The transaction of one connection; nothing else uses that connection meanwhile. */
class Transaction implements SqlTransaction {
  isUnderWay = true;

  constructor(private readonly connection: SqliteConnection) {}

  async all(statement: SqlText): Promise<readonly Row[]> {
    return (await this.connection.send({ kind: 'all', statement })) as readonly Row[];
  }

  async run(statement: SqlText): Promise<number> {
    return (await this.connection.send({ kind: 'run', statement })) as number;
  }

  async upsert(upsert: UpsertText, rows: readonly (readonly unknown[])[]): Promise<void> {
    await this.connection.send({ kind: 'upsert', upsert, rows });
  }

  async rollback(): Promise<void> {
    this.isUnderWay = false;
    await this.connection.send({ kind: 'rollback' });
  }
}
