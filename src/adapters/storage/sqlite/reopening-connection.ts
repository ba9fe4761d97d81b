import { StorageUnavailableError } from '../../../domain/errors.js';
import { SqliteConnection } from './sqlite-connection.js';
import type { WorkerSettings } from './worker-protocol.js';

/** A connection that is opened on first use, and again after its thread ended or it was dropped. */
export class ReopeningConnection {
  #current: Promise<SqliteConnection> | null = null;
  #newest: SqliteConnection | null = null;
  #closed = false;

  constructor(
    private readonly backend: string,
    private readonly settings: WorkerSettings,
    /** Runs each time before the connection is opened; rejects if it cannot be. */
    private readonly prepare: () => Promise<unknown>,
  ) {}

  /** Errors are those of SqliteConnection.open; once closed, StorageUnavailableError. */
  async get(): Promise<SqliteConnection> {
    if (this.#closed) throw new StorageUnavailableError(this.backend, 'the store is closed');
    const current = this.#current ?? this.#open();
    const connection = await current;
    if (connection.isOpen) return connection;
    // The first caller that finds it gone opens the next one; the others wait for that.
    if (this.#current === current) this.#current = null;
    return this.get();
  }

  /** Requests sent and not answered; null while it is not open. */
  get underWay(): number | null {
    return this.#newest?.isOpen === true ? this.#newest.underWay : null;
  }

  /** Runs work on the open connection; null if none is open. */
  async ifOpen<Result>(work: (connection: SqliteConnection) => Promise<Result>) {
    const connection = (await this.#current?.catch(() => null)) ?? null;
    return connection?.isOpen === true ? work(connection) : null;
  }

  /** Closes it; the next call opens it again. */
  async drop(): Promise<void> {
    const current = this.#current;
    this.#current = null;
    const connection = await current?.catch(() => null);
    await connection?.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const connection = await this.#current?.catch(() => null);
    await connection?.close();
  }

  #open(): Promise<SqliteConnection> {
    const opening = this.#openPrepared();
    this.#current = opening;
    opening.catch(() => {
      if (this.#current === opening) this.#current = null;
    });
    return opening;
  }

  async #openPrepared(): Promise<SqliteConnection> {
    await this.prepare();
    this.#newest = await SqliteConnection.open(this.backend, this.settings);
    return this.#newest;
  }
}
