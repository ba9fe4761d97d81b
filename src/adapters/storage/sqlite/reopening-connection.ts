import { StorageUnavailableError } from '../../../domain/errors.js';
import { SqliteConnection } from './sqlite-connection.js';
import type { WorkerSettings } from './worker-protocol.js';

/** A connection that is opened when it is first needed, and again after its thread died or it was dropped. */
export class ReopeningConnection {
  #current: Promise<SqliteConnection> | null = null;
  #newest: SqliteConnection | null = null;
  #closed = false;

  constructor(
    private readonly backend: string,
    private readonly settings: WorkerSettings,
    /** What has to be done each time before it can be opened; rejects when it can't be. */
    private readonly prepare: () => Promise<unknown>,
  ) {}

  /** Errors are those of SqliteConnection.open; once closed, StorageUnavailableError. */
  async get(): Promise<SqliteConnection> {
    if (this.#closed) throw new StorageUnavailableError(this.backend, 'the store is closed');
    const current = this.#current ?? this.#open();
    const connection = await current;
    if (connection.isOpen) return connection;
    // Whoever finds it gone first opens the next one; the others wait for that.
    if (this.#current === current) this.#current = null;
    return this.get();
  }

  /** Requests sent and not answered; null while it is not open. */
  get underWay(): number | null {
    return this.#newest?.isOpen === true ? this.#newest.underWay : null;
  }

  /** Works on the connection that is open, if one is; null when none is. */
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
