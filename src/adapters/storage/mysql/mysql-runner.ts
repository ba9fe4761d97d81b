import { type BulkheadPolicy, bulkhead, ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { RecordRefusedError } from '../../../domain/errors.js';
import type { ConnectionUse, StoreHealth } from '../../../ports/storage-backend.js';
import type {
  Row,
  SqlRunner,
  SqlSnapshot,
  SqlText,
  SqlTransaction,
  UpsertText,
} from '../sql/dialect.js';
import type { Nodes } from './connections/nodes.js';
import { isOfNode, meaningOf, toStorageError } from './mysql-errors.js';
import { chunksOf, roomFor } from './statement-bytes.js';

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
 * Runs statements on the nodes of a database. A broken connection is replaced on the next call, and
 * what failed because of its node is repeated on another one, if there is one.
 *
 * Statements are sent as text. A prepared statement would stay on the server for each page number
 * and each length of a list, on each connection, without a measurable benefit.
 */
export class MysqlRunner implements SqlRunner {
  /**
   * Limits statements that read many rows: some connections of the pool are reserved for the rest.
   */
  readonly #walks: BulkheadPolicy;
  /** Transactions that were repeated after a deadlock or a conflict with another node. */
  #repeats = 0;

  constructor(
    private readonly server: string,
    private readonly nodes: Nodes,
    poolSize: number,
    /** Milliseconds after which a statement counts as lost. */
    private readonly timeout: number,
  ) {
    this.#walks = bulkhead(Math.max(1, poolSize - KEPT_CONNECTIONS), Number.POSITIVE_INFINITY);
  }

  all({ text, params }: SqlText, timeout = this.timeout): Promise<readonly Row[]> {
    return this.#with(async (connection) => {
      const [rows] = await connection.query<RowDataPacket[]>({ sql: text, timeout }, [...params]);
      return rows;
    });
  }

  walk(statement: SqlText): Promise<readonly Row[]> {
    return this.#walks.execute(() => this.all(statement));
  }

  transaction<Result>(work: (transaction: SqlTransaction) => Promise<Result>): Promise<Result> {
    // If the answer to a commit is lost, it may have taken effect: the caller decides.
    let isCommitting = false;
    return this.#with(
      async (connection, maxAllowedPacket) => {
        isCommitting = false;
        const transaction = new Transaction(connection, maxAllowedPacket, this.timeout);
        await transaction.send('START TRANSACTION');
        const result = await work(transaction);
        isCommitting = true;
        if (transaction.isUnderWay) await transaction.send('COMMIT');
        return result;
      },
      () => !isCommitting,
    );
  }

  snapshot<Result>(work: (snapshot: SqlSnapshot) => Promise<Result>): Promise<Result> {
    return this.#walks.execute(() => this.#snapshot(work));
  }

  #snapshot<Result>(work: (snapshot: SqlSnapshot) => Promise<Result>): Promise<Result> {
    return this.#with(async (connection, maxAllowedPacket) => {
      // Applies to the next transaction only.
      const snapshot = new Transaction(connection, maxAllowedPacket, this.timeout);
      await snapshot.send('set transaction isolation level repeatable read');
      await snapshot.send('start transaction with consistent snapshot');
      const result = await work(snapshot);
      await snapshot.send('COMMIT');
      return result;
    });
  }

  connections(): ConnectionUse {
    return this.nodes.use();
  }

  health(): StoreHealth {
    return { nodes: this.nodes.count, repeats: this.#repeats };
  }

  close(): Promise<void> {
    return this.nodes.close();
  }

  /**
   * Runs work on a separate connection: again after a deadlock, and on another node if `mayMove` and
   * the node is the cause of a failure. The errors are those of the port.
   */
  async #with<Result>(work: Work<Result>, mayMove = () => true): Promise<Result> {
    const deadline = performance.now() + REPEATED_FOR;
    for (let nodesLeft = this.nodes.count.all; ; nodesLeft -= 1) {
      // Without a connection every node has been tried.
      let isConnected = false;
      const connected: Work<Result> = (...to) => {
        isConnected = true;
        return work(...to);
      };
      try {
        return await REPEATED.execute(() =>
          this.#once(connected).catch((error: unknown) => {
            // An error of the port is not retried.
            throw performance.now() > deadline ? toStorageError(this.server, error) : error;
          }),
        );
      } catch (error) {
        if (nodesLeft > 1 && isConnected && isOfNode(error) && mayMove()) continue;
        throw toStorageError(this.server, error);
      }
    }
  }

  async #once<Result>(work: Work<Result>): Promise<Result> {
    const { pooled, giveBack } = await this.nodes.take();
    try {
      const result = await work(pooled.connection, pooled.maxAllowedPacket);
      giveBack();
      return result;
    } catch (error) {
      const kind = meaningOf(error)?.kind;
      if (kind === 'again') this.#repeats += 1;
      if (kind === 'record' || kind === 'again' || error instanceof RecordRefusedError) {
        // The connection is intact; only its transaction is rolled back.
        const { connection, maxAllowedPacket } = pooled;
        const transaction = new Transaction(connection, maxAllowedPacket, this.timeout);
        await transaction.rollback().then(() => giveBack(), giveBack);
      } else {
        giveBack(error);
      }
      throw error;
    }
  }
}

type Work<Result> = (connection: Connection, maxAllowedPacket: number) => Promise<Result>;

/** A transaction on a connection that nothing else uses meanwhile. */
class Transaction implements SqlTransaction {
  isUnderWay = true;
  /** The last upsert. After one that fails nothing is sent: a deadlock has ended the transaction. */
  #upserted: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: Connection,
    private readonly maxAllowedPacket: number,
    private readonly timeout: number,
  ) {}

  async all({ text, params }: SqlText): Promise<readonly Row[]> {
    await this.#upserted;
    const [rows] = await this.connection.query<RowDataPacket[]>(
      { sql: text, timeout: this.timeout },
      [...params],
    );
    return rows;
  }

  async run({ text, params }: SqlText): Promise<number> {
    const [result] = await this.connection.query<ResultSetHeader>(
      { sql: text, timeout: this.timeout },
      [...params],
    );
    return result.affectedRows;
  }

  upsert(text: UpsertText, rows: readonly (readonly unknown[])[]): Promise<void> {
    this.#upserted = this.#upsert(text, rows);
    return this.#upserted;
  }

  async #upsert({ head, tail }: UpsertText, rows: readonly (readonly unknown[])[]): Promise<void> {
    const room = roomFor(this.maxAllowedPacket, head + tail);
    // All rows are checked before the first is sent.
    const chunks = [...chunksOf(rows, room, (row) => this.connection.escape(row))];
    // One placeholder for all rows: the driver writes them four times faster than with one each.
    const statement = { sql: `${head}?${tail}`, timeout: this.timeout };
    for (const chunk of chunks) await this.connection.query(statement, [chunk]);
  }

  async rollback(): Promise<void> {
    this.isUnderWay = false;
    await this.send('ROLLBACK');
  }

  /** A statement that is no part of the work. */
  async send(sql: string): Promise<void> {
    await this.connection.query({ sql, timeout: this.timeout });
  }
}
