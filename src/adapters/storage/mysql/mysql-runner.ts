import { type BulkheadPolicy, bulkhead, ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { Connection as CallbackConnection } from 'mysql2';
import {
  type Connection,
  createPool,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import { RecordRefusedError } from '../../../domain/errors.js';
import type { ConnectionUse } from '../../../ports/storage-backend.js';
import type {
  Row,
  SqlRunner,
  SqlSnapshot,
  SqlText,
  SqlTransaction,
  UpsertText,
} from '../sql/dialect.js';
import type { Connector } from './connector.js';
import { meaningOf, toStorageError } from './mysql-errors.js';
import { useOf } from './pool-use.js';
import { chunksOf, roomFor } from './statement-bytes.js';

/** Milliseconds after which a statement counts as lost. */
const STATEMENT_TIMEOUT = 60_000;
export const HEALTH_TIMEOUT = 3000;
/**
 * A transaction is retried after a deadlock; after the last attempt, the flush retries with its
 * backoff. In a cluster, of two transactions that write the same rows on two nodes one fails when it
 * commits. They meet again unless they wait for different times, and for longer than they take.
 */
const REPEATED = retry(
  handleWhen((error) => meaningOf(error)?.kind === 'again'),
  { maxAttempts: 12, backoff: new ExponentialBackoff({ initialDelay: 10, maxDelay: 500 }) },
);
/** Milliseconds after which nothing is retried: a lock may take most of a minute to time out. */
const REPEATED_FOR = 60_000;
/**
 * Connections that lists cannot use: reserved for two flushes, reads of single records, and health
 * checks.
 */
const KEPT_CONNECTIONS = 4;

/**
 * Independent of the defaults of the server: strict, UTC, and locking only the rows that it writes.
 */
const SESSION = [
  "set session time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'",
  'set session transaction isolation level read committed',
];

/** The limit of this connection: that of the server when the connection was opened. */
const PACKET = 'select @@session.max_allowed_packet as bytes';

/**
 * Runs statements on a pool of connections. A broken connection is replaced on the next call.
 *
 * Statements are sent as text. A prepared statement would stay on the server for each page number
 * and each length of a list, on each connection, without a measurable benefit.
 */
export class MysqlRunner implements SqlRunner {
  /** Made for the first statement: by then it is known whether the server offers TLS. */
  #opened: Pool | null = null;
  readonly #session: readonly string[];
  /**
   * Limits statements that read many rows: some connections of the pool are reserved for the rest.
   */
  readonly #walks: BulkheadPolicy;
  /** By connection: the bytes of its max_allowed_packet, once it is set up. */
  readonly #setUps = new WeakMap<object, Promise<number>>();

  constructor(
    private readonly server: string,
    private readonly connector: Connector,
    private readonly poolSize: number,
    foreignKeys: boolean,
  ) {
    this.#walks = bulkhead(Math.max(1, poolSize - KEPT_CONNECTIONS), Number.POSITIVE_INFINITY);
    this.#session = [...SESSION, `set session foreign_key_checks = ${foreignKeys ? 1 : 0}`];
  }

  get #pool(): Pool {
    if (this.#opened !== null) return this.#opened;
    const pool = createPool({
      ...this.connector.options(),
      connectionLimit: this.poolSize,
      idleTimeout: 60_000,
    });
    pool.pool.on('connection', (connection) => {
      const setUp = this.#setUp(connection);
      // The user of the connection gets the error.
      setUp.catch(() => undefined);
      this.#setUps.set(connection, setUp);
    });
    this.#opened = pool;
    return pool;
  }

  async #setUp(connection: CallbackConnection): Promise<number> {
    this.connector.check(connection);
    return setUpSession(connection.promise(), this.#session);
  }

  all({ text, params }: SqlText, timeout = STATEMENT_TIMEOUT): Promise<readonly Row[]> {
    return this.#with(async (connection) => {
      const [rows] = await connection.query<RowDataPacket[]>({ sql: text, timeout }, [...params]);
      return rows;
    });
  }

  walk(statement: SqlText): Promise<readonly Row[]> {
    return this.#walks.execute(() => this.all(statement));
  }

  transaction<Result>(work: (transaction: SqlTransaction) => Promise<Result>): Promise<Result> {
    return this.#with(async (connection, maxAllowedPacket) => {
      await connection.beginTransaction();
      const transaction = new Transaction(connection, maxAllowedPacket);
      const result = await work(transaction);
      if (transaction.isUnderWay) await connection.commit();
      return result;
    });
  }

  snapshot<Result>(work: (snapshot: SqlSnapshot) => Promise<Result>): Promise<Result> {
    return this.#walks.execute(() => this.#snapshot(work));
  }

  #snapshot<Result>(work: (snapshot: SqlSnapshot) => Promise<Result>): Promise<Result> {
    return this.#with(async (connection, maxAllowedPacket) => {
      // Applies to the next transaction only.
      await connection.query('set transaction isolation level repeatable read');
      await connection.query('start transaction with consistent snapshot, read only');
      const result = await work(new Transaction(connection, maxAllowedPacket));
      await connection.commit();
      return result;
    });
  }

  connections(): ConnectionUse {
    if (this.#opened === null) return { inUse: 0, idle: 0, limit: this.poolSize, waiting: 0 };
    return useOf(this.#opened);
  }

  close(): Promise<void> {
    // One that was never opened is closed too: statements that come later are refused.
    this.#opened ??= createPool({ connectionLimit: 1 });
    return this.#opened.end();
  }

  /**
   * Runs work on a separate connection, and again after a deadlock; the errors are those of the
   * port.
   */
  async #with<Result>(work: Work<Result>): Promise<Result> {
    const deadline = performance.now() + REPEATED_FOR;
    try {
      return await REPEATED.execute(() =>
        this.#once(work).catch((error: unknown) => {
          // An error of the port is not retried.
          throw performance.now() > deadline ? toStorageError(this.server, error) : error;
        }),
      );
    } catch (error) {
      throw toStorageError(this.server, error);
    }
  }

  async #once<Result>(work: Work<Result>): Promise<Result> {
    let connection: PoolConnection | null = null;
    try {
      connection = await this.#pool.getConnection();
      const maxAllowedPacket = (await this.#setUps.get(connection.connection)) ?? 0;
      const result = await work(connection, maxAllowedPacket);
      connection.release();
      return result;
    } catch (error) {
      const kind = meaningOf(error)?.kind;
      if (kind === 'record' || kind === 'again' || error instanceof RecordRefusedError) {
        // The connection is intact; only its transaction is rolled back.
        await connection?.rollback().catch(() => connection?.destroy());
        connection?.release();
      } else {
        connection?.destroy();
      }
      throw error;
    }
  }
}

type Work<Result> = (connection: PoolConnection, maxAllowedPacket: number) => Promise<Result>;

/** A transaction on a connection that nothing else uses meanwhile. */
class Transaction implements SqlTransaction {
  isUnderWay = true;

  constructor(
    private readonly connection: PoolConnection,
    private readonly maxAllowedPacket: number,
  ) {}

  async all({ text, params }: SqlText): Promise<readonly Row[]> {
    const [rows] = await this.connection.query<RowDataPacket[]>(timed(text), [...params]);
    return rows;
  }

  async run({ text, params }: SqlText): Promise<number> {
    const [result] = await this.connection.query<ResultSetHeader>(timed(text), [...params]);
    return result.affectedRows;
  }

  async upsert({ head, tail }: UpsertText, rows: readonly (readonly unknown[])[]): Promise<void> {
    const room = roomFor(this.maxAllowedPacket, head + tail);
    // All rows are checked before the first is sent.
    const chunks = [...chunksOf(rows, room, (row) => this.connection.escape(row))];
    // One placeholder for all rows: the driver writes them four times faster than with one each.
    const statement = timed(`${head}?${tail}`);
    for (const chunk of chunks) await this.connection.query(statement, [chunk]);
  }

  async rollback(): Promise<void> {
    this.isUnderWay = false;
    await this.connection.rollback();
  }
}

/** Sets up a new connection; resolves with the bytes of its max_allowed_packet. */
async function setUpSession(connection: Connection, session: readonly string[]): Promise<number> {
  for (const statement of session) await connection.query(timed(statement));
  const [rows] = await connection.query<RowDataPacket[]>(timed(PACKET));
  return Number(rows[0]?.bytes);
}

function timed(sql: string) {
  return { sql, timeout: STATEMENT_TIMEOUT };
}
