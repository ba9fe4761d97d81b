import type { Column, SQL, Table } from 'drizzle-orm';
import type { ConnectionUse } from '../../../ports/storage-backend.js';
import type { ColumnSpec } from './tables/columns.js';

/** What the shared SQL needs from a dialect. */
export interface SqlDialect {
  /** The text of a statement, and its parameters in order. */
  render(statement: SQL): SqlText;

  /** Inside the assignments of an upsert: the value of a column in the incoming row. */
  incoming(column: Column): SQL;

  /** The text between the rows of an upsert and its assignments. */
  onConflict(key: Column): SQL;

  /** After the name of a table in `from`: the statement does not use this index. */
  ignoring(index: string): SQL;

  /**
   * A select of the different pairs of values of two columns that an index begins with, both NOT
   * NULL, of these values of the first, without reading every entry of the index.
   */
  pairs(table: Table, first: Column, second: Column, firsts: readonly string[]): SQL;

  /** At the end of a select inside a transaction: nobody else changes these rows until it ends. */
  readonly forUpdate: SQL;

  /**
   * Rows that one statement may delete at most, with `limit` at its end; null if a statement has no
   * time limit, and the dialect no such `limit`.
   */
  readonly rowsPerDelete: number | null;

  /**
   * Converts a domain value to the form that the driver expects for a column, and back. Never
   * called with `null`.
   */
  encode(kind: ColumnSpec['kind'], value: string | number): string | number;
  decode(kind: ColumnSpec['kind'], value: unknown): string | number;
}

export interface SqlText {
  readonly text: string;
  readonly params: readonly unknown[];
}

export type Row = Readonly<Record<string, unknown>>;

/** An upsert: `head` row, row, … `tail`, each `row` with the placeholders of one record. */
export interface UpsertText {
  readonly head: string;
  readonly row: string;
  readonly tail: string;
}

/**
 * Statements of one transaction. They run in the order of the calls, and see earlier changes; a read
 * may be called before an upsert has ended, and follows it.
 */
export interface SqlTransaction {
  all(statement: SqlText): Promise<readonly Row[]>;
  /** Returns the number of rows that the statement itself changed. */
  run(statement: SqlText): Promise<number>;
  upsert(upsert: UpsertText, rows: readonly (readonly unknown[])[]): Promise<void>;
  /** Rolls back the transaction. Nothing may follow. */
  rollback(): Promise<void>;
}

/**
 * Runs statements; the only interface between the shared SQL and a driver. Errors are those of
 * StorageBackend.
 */
export interface SqlRunner {
  /** One statement that reads few rows, by their keys, outside of any transaction. */
  all(statement: SqlText): Promise<readonly Row[]>;
  /**
   * Like `all`, for a statement that may read many rows: a list, a count. It never makes `all`
   * wait.
   */
  walk(statement: SqlText): Promise<readonly Row[]>;
  /**
   * Runs `work` in a transaction and commits it, durably, when `work` resolves without a rollback.
   * If `work` rejects, the transaction is rolled back. After a deadlock `work` runs again from its
   * start, so it must change nothing but the store.
   */
  transaction<Result>(work: (transaction: SqlTransaction) => Promise<Result>): Promise<Result>;
  /** Runs reads that all see the store at the same moment. `work` may run again. */
  snapshot<Result>(work: (snapshot: SqlSnapshot) => Promise<Result>): Promise<Result>;
  connections(): ConnectionUse;
}

export type SqlSnapshot = Pick<SqlTransaction, 'all'>;
