import type { Connection } from 'mysql2/promise';
import { Pool, TimeoutError } from 'tarn';
import type { Clock } from '../../../../ports/clock.js';
import type { ConnectionUse } from '../../../../ports/storage-backend.js';
import { type Connector, closeNow, endStream } from './connector.js';
import { setUpSession } from './session.js';

/** Times in milliseconds. */
export interface PoolSettings {
  /** Maximum number of connections to one node. */
  readonly size: number;
  /** Idle connections that stay open. */
  readonly idleMin: number;
  /** After this time an idle connection is closed, if there are more than `idleMin`. */
  readonly idleTimeout: number;
  /** After this time a connection is not used again; 0: never. */
  readonly recycle: number;
  /** After this time a statement counts as lost, and a request for a connection fails. */
  readonly queryTimeout: number;
}

/** A connection that is set up. */
export interface Pooled {
  readonly connection: Connection;
  /** Bytes of the largest packet that the server accepts on it. */
  readonly maxAllowedPacket: number;
  readonly recycleAt: number;
  isBroken: boolean;
}

/** The connections to one node. */
export class NodePool {
  readonly #pool: Pool<Pooled>;
  readonly #all = new Set<Pooled>();
  #closed: Promise<void> | null = null;

  constructor(
    private readonly connector: Connector,
    private readonly settings: PoolSettings,
    private readonly foreignKeys: boolean,
    private readonly clock: Clock,
  ) {
    const { size, idleMin, idleTimeout, queryTimeout } = settings;
    this.#pool = new Pool<Pooled>({
      create: () => this.#create(),
      destroy: (pooled) => this.#destroy(pooled),
      validate: ({ isBroken, recycleAt }) => !isBroken && this.clock.monotonic() < recycleAt,
      min: Math.min(idleMin, size),
      max: size,
      idleTimeoutMillis: idleTimeout,
      acquireTimeoutMillis: queryTimeout,
      createTimeoutMillis: queryTimeout,
      createRetryIntervalMillis: 1,
      propagateCreateError: true,
    });
  }

  /** Throws the error of the driver if a connection cannot be made. */
  async acquire(): Promise<Pooled> {
    if (this.#closed !== null) throw poolError('POOL_CLOSED', 'Pool is closed.');
    try {
      return await this.#pool.acquire().promise;
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      throw poolError('POOL_TIMEOUT', 'no connection was free in time');
    }
  }

  /** A broken connection is not used again. */
  release(pooled: Pooled): void {
    if (pooled.isBroken) closeNow(pooled.connection);
    this.#pool.release(pooled);
  }

  /** Ends all connections at once: the statements on them fail. */
  abandon(): void {
    for (const pooled of this.#all) {
      pooled.isBroken = true;
      endStream(pooled.connection);
    }
  }

  use(): ConnectionUse {
    return {
      inUse: this.#pool.numUsed() + this.#pool.numPendingCreates(),
      idle: this.#pool.numFree(),
      limit: this.settings.size,
      // A connection that is made for a call may be ready after the call has got another one.
      waiting: Math.max(0, this.#pool.numPendingAcquires() - this.#pool.numPendingCreates()),
    };
  }

  /** Waits for the connections in use. */
  close(): Promise<void> {
    this.#closed ??= this.#pool.destroy().then(() => undefined);
    return this.#closed;
  }

  async #create(): Promise<Pooled> {
    const { queryTimeout: timeout, recycle } = this.settings;
    const connection = await this.connector.connect();
    try {
      const maxAllowedPacket = await setUpSession(connection, {
        foreignKeys: this.foreignKeys,
        timeout,
      });
      const recycleAt = recycle === 0 ? Number.POSITIVE_INFINITY : this.clock.monotonic() + recycle;
      const pooled: Pooled = { connection, maxAllowedPacket, recycleAt, isBroken: false };
      // While it is idle nobody else receives the error.
      connection.on('error', () => {
        pooled.isBroken = true;
      });
      this.#all.add(pooled);
      return pooled;
    } catch (error) {
      closeNow(connection);
      throw error;
    }
  }

  async #destroy(pooled: Pooled): Promise<void> {
    this.#all.delete(pooled);
    // Tells the server, which may not answer.
    if (!pooled.isBroken) await pooled.connection.end().catch(() => undefined);
    closeNow(pooled.connection);
  }
}

function poolError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
