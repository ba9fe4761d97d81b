import type { Row, SqlText, UpsertText } from '../sql/dialect.js';
import type { SqliteFailure } from './sqlite-errors.js';

/**
 * The messages between the main thread and a worker that owns one connection. The requests between
 * `begin` and `commit` or `rollback` are one transaction, and those after `begin-reading` one
 * snapshot. Changes outside of a transaction are refused, and a `commit` that fails rolls back: the
 * main thread sends what follows before it has the answers.
 */
export type WorkerRequest =
  | { readonly kind: 'all'; readonly statement: SqlText }
  | { readonly kind: 'run'; readonly statement: SqlText }
  /** Writes the content of the write-ahead log into the database file, and empties the log. */
  | { readonly kind: 'fold' }
  | {
      readonly kind: 'upsert';
      readonly upsert: UpsertText;
      readonly rows: readonly (readonly unknown[])[];
    }
  | { readonly kind: 'begin' | 'begin-reading' | 'rollback' }
  | { readonly kind: 'commit' };

export interface WorkerSettings {
  /** Absolute. */
  readonly path: string;
  readonly readonly: boolean;
  /** Children without a parent are refused, and are deleted with it. */
  readonly foreignKeys: boolean;
  /** The folder of migrations to apply, or null for a connection that does not migrate. */
  readonly migrations: string | null;
  readonly migrate: boolean;
  /** This service holds the lock of the file, which must not be moved. */
  readonly locked: boolean;
  /** How long a statement waits for another process that has the file locked, milliseconds. */
  readonly busyTimeout: number;
}

/** A request to a worker; `'close'` in its place makes it close the file and end. */
export interface Envelope {
  readonly id: number;
  readonly request: WorkerRequest;
}

export type WorkerAnswer =
  | { readonly id: number; readonly ok: true; readonly value: readonly Row[] | number }
  | { readonly id: number; readonly ok: false; readonly failure: SqliteFailure };

/** The first message of a worker: whether its connection is open. */
export type Opened =
  | { readonly opened: true; readonly sqliteVersion: string }
  | { readonly opened: false; readonly failure: SqliteFailure };
