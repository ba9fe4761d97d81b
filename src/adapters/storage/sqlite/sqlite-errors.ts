import {
  RecordRefusedError,
  type RefusalReason,
  StorageUnavailableError,
} from '../../../domain/errors.js';
import { ConfigurationError } from '../../../ports/configuration-error.js';
import { MOVED, type MovedCode, UNREACHABLE } from './file/watched-files.js';

/** An error of better-sqlite3 in the form that a worker thread sends. */
export interface SqliteFailure {
  /** For example `SQLITE_BUSY` or `SQLITE_CONSTRAINT_CHECK`. */
  readonly code: string;
  readonly message: string;
}

/** The code of a failure whose message already says what to do. */
export const SCHEMA_FAILURE = 'SCHEMA';

/** A name of the store's files no longer leads to the open file. */
export class FileMovedError extends StorageUnavailableError {
  constructor(
    backend: string,
    readonly moved: MovedCode,
    message: string,
  ) {
    super(backend, message);
  }
}

/** The parts of an error that a worker thread sends. */
export function failureOf(error: unknown): SqliteFailure {
  if (error instanceof ConfigurationError) return { code: SCHEMA_FAILURE, message: error.message };
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { code, message: error.message.replace(`${code}: `, '') };
}

/** The meaning of a code, by its longest prefix in these tables. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  SQLITE_BUSY: 'the database file is locked by another process',
  SQLITE_LOCKED: 'the database file is locked',
  SQLITE_FULL: 'the disk is full',
  SQLITE_IOERR: 'the disk failed to read or write the database file',
  SQLITE_CANTOPEN: 'the database file cannot be opened',
  SQLITE_READONLY: 'the database file is read-only',
  SQLITE_NOMEM: 'SQLite is out of memory',
  SQLITE_PERM: 'access to the database file is denied',
  SQLITE_AUTH: 'access to the database file is denied',
  SQLITE_PROTOCOL: 'the database file is locked by another process',
  SQLITE_CORRUPT: 'the database file is damaged: restore it from a backup',
  SQLITE_NOTADB: 'the database file is not an SQLite database',
  SQLITE_INTERRUPT: 'the statement was interrupted',
  // Errors of the operating system, when the folder is created and the lock is taken.
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EIO: 'the disk failed to read or write the database file',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

const REFUSED: Readonly<Record<string, readonly [RefusalReason, string]>> = {
  SQLITE_CONSTRAINT_FOREIGNKEY: ['MISSING_PARENT', 'the record that it belongs to does not exist'],
  SQLITE_CONSTRAINT_CHECK: ['VALUE_OUT_OF_RANGE', 'a value is too long or out of range'],
  SQLITE_CONSTRAINT: ['CONSTRAINT', 'a value breaks a constraint of the table'],
  SQLITE_MISMATCH: ['CONSTRAINT', 'a value has the wrong type'],
  SQLITE_TOOBIG: ['TOO_LARGE', 'the record is too large for SQLite'],
};

/** Converts a failure to an error of the port; an unknown code is a bug and is not converted. */
export function toStorageError(backend: string, failure: SqliteFailure): Error {
  const refused = lookUp(REFUSED, failure.code);
  if (refused !== undefined) {
    const [reason, message] = refused;
    return new RecordRefusedError(reason, message);
  }
  if (isMoved(failure.code)) return new FileMovedError(backend, failure.code, failure.message);
  if (failure.code === UNREACHABLE) return new StorageUnavailableError(backend, failure.message);
  const unavailable = lookUp(UNAVAILABLE, failure.code);
  if (unavailable !== undefined) {
    return new StorageUnavailableError(backend, `${unavailable} (${failure.code})`);
  }
  return new Error(`SQLite failed with ${failure.code}: ${failure.message}`);
}

/** Codes after which opening the same file may succeed later, without any change by a person. */
const PASSING: Readonly<Record<string, true>> = {
  SQLITE_BUSY: true,
  SQLITE_LOCKED: true,
  SQLITE_PROTOCOL: true,
  SQLITE_FULL: true,
  SQLITE_IOERR: true,
  SQLITE_NOMEM: true,
  SQLITE_INTERRUPT: true,
  ENOSPC: true,
  EDQUOT: true,
  EIO: true,
  EMFILE: true,
  ENFILE: true,
};

/** What StorageBackend.open throws for a file that cannot be opened. */
export function toOpenError(backend: string, path: string, failure: SqliteFailure): Error {
  const { code, message } = failure;
  if (lookUp(PASSING, code)) return toStorageError(backend, failure);
  if (isMoved(code)) return new StorageUnavailableError(backend, message);
  return new ConfigurationError(
    code === SCHEMA_FAILURE
      ? message
      : `sqlite.path: ${path} cannot be opened (${code}: ${message}). Check that its folder is writable, and that the file is an SQLite database.`,
  );
}

/** Extended codes (SQLITE_IOERR_FSYNC) have the meaning of their family, unless they are listed. */
function lookUp<Meaning>(
  table: Readonly<Record<string, Meaning>>,
  code: string,
): Meaning | undefined {
  for (let name = code; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('_')))) {
    const meaning = Object.hasOwn(table, name) ? table[name] : undefined;
    if (meaning !== undefined) return meaning;
  }
  return undefined;
}

function isMoved(code: string): code is MovedCode {
  return Object.hasOwn(MOVED, code);
}
