import type { Column, SQL } from 'drizzle-orm';
import type { ConnectionUse } from '../../../ports/storage-backend.js';
import type { ColumnSpec } from './tables/columns.js';

/** All that the shared SQL has to ask a dialect for. */
export interface SqlDialect {
  /** The text of a statement, and its parameters in order. */
  render(statement: SQL): SqlText;

  /** Inside an upsert's assignments: the value that the incoming row has for a column. */
  incoming(column: Column): SQL;

  /** What stands between the rows of an upsert and its assignments. */
  onConflict(key: Column): SQL;

  /** At the end of a select inside a transaction: nobody else changes these rows before it ends. */
  readonly forUpdate: SQL;

  /** A domain value as the driver wants it for a column, and back. `null` never comes here. */
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

/** Statements of one transaction. They run in the order of the calls, and see what those before them changed. */
export interface SqlTransaction {
  all(statement: SqlText): Promise<readonly Row[]>;
  /** Returns the number of rows that the statement itself changed. */
  run(statement: SqlText): Promise<number>;
  upsert(upsert: UpsertText, rows: readonly (readonly unknown[])[]): Promise<void>;
  /** Takes back what the transaction has changed, and ends it. Nothing may follow. */
  rollback(): Promise<void>;
}

/** Runs statements; the only thing between the shared SQL and a driver. Errors are those of StorageBackend. */
export interface SqlRunner {
  /** One statement that reads few rows, by their keys, outside of any transaction. */
  all(statement: SqlText): Promise<readonly Row[]>;
  /** As `all`, of one that may look at many rows: a list, a count. However many wait, `all` does not. */
  walk(statement: SqlText): Promise<readonly Row[]>;
  /**
   * Runs `work` in a transaction of its own and commits it, durably, when `work` resolves without
   * having rolled back. When `work` rejects, nothing of it is left. After a deadlock `work` runs
   * again from its beginning, so it must change nothing but the store.
   */
  transaction<Result>(work: (transaction: SqlTransaction) => Promise<Result>): Promise<Result>;
  /** Runs reads that all see the store as it was at one moment. `work` may run again. */
  snapshot<Result>(work: (snapshot: SqlSnapshot) => Promise<Result>): Promise<Result>;
  connections(): ConnectionUse;
}

export type SqlSnapshot = Pick<SqlTransaction, 'all'>;
