import { describe, expect, it } from 'vitest';
import {
  SCHEMA_FAILURE,
  toOpenError,
  toStorageError,
} from '../../../../src/adapters/storage/sqlite/sqlite-errors.js';
import { RecordRefusedError, StorageUnavailableError } from '../../../../src/domain/errors.js';
import { ConfigurationError } from '../../../../src/ports/configuration-error.js';

const failure = (code: string) => ({ code, message: 'insert into t values (SECRET)' });

describe('an error of SQLite', () => {
  it.each([
    ['SQLITE_BUSY', 'locked by another process'],
    ['SQLITE_BUSY_SNAPSHOT', 'locked by another process'],
    ['SQLITE_LOCKED', 'locked'],
    ['SQLITE_FULL', 'the disk is full'],
    ['SQLITE_IOERR', 'the disk failed'],
    ['SQLITE_IOERR_FSYNC', 'the disk failed'],
    ['SQLITE_CANTOPEN', 'cannot be opened'],
    ['SQLITE_READONLY', 'read-only'],
    ['SQLITE_READONLY_DBMOVED', 'read-only'],
    ['SQLITE_NOMEM', 'out of memory'],
    ['SQLITE_PERM', 'access to the database file is denied'],
    ['SQLITE_AUTH', 'access to the database file is denied'],
    ['SQLITE_PROTOCOL', 'locked by another process'],
    ['SQLITE_CORRUPT', 'restore it from a backup'],
    ['SQLITE_CORRUPT_INDEX', 'restore it from a backup'],
    ['SQLITE_NOTADB', 'not an SQLite database'],
    ['SQLITE_INTERRUPT', 'interrupted'],
  ])('%s means that the store is not available: %s', (code, meaning) => {
    const error = toStorageError('sqlite', failure(code));
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error).toMatchObject({ code: 'STORAGE_UNAVAILABLE', backend: 'sqlite' });
    expect(error.message).toContain(code);
    expect(error.message).toContain(meaning);
    expect(error.message).not.toContain('SECRET');
  });

  it.each([
    ['SQLITE_CONSTRAINT_FOREIGNKEY', 'MISSING_PARENT', 'belongs to does not exist'],
    ['SQLITE_CONSTRAINT_CHECK', 'VALUE_OUT_OF_RANGE', 'too long or out of range'],
    ['SQLITE_CONSTRAINT_NOTNULL', 'CONSTRAINT', 'breaks a constraint'],
    ['SQLITE_CONSTRAINT_DATATYPE', 'CONSTRAINT', 'breaks a constraint'],
    ['SQLITE_CONSTRAINT', 'CONSTRAINT', 'breaks a constraint'],
    ['SQLITE_MISMATCH', 'CONSTRAINT', 'wrong type'],
    ['SQLITE_TOOBIG', 'TOO_LARGE', 'too large for SQLite'],
  ])('%s means that a record is refused: %s, %s', (code, reason, meaning) => {
    const error = toStorageError('sqlite', failure(code));
    expect(error).toBeInstanceOf(RecordRefusedError);
    expect(error).toMatchObject({ reason });
    expect(error.message).toContain(meaning);
    expect(error.message).not.toContain('SECRET');
  });

  it.each(['SQLITE_ERROR', 'SQLITE_MISUSE', 'TypeError', 'UNKNOWN'])(
    '%s is a bug, not an error of the port',
    (code) => {
      const error = toStorageError('sqlite', failure(code));
      expect(error).not.toBeInstanceOf(StorageUnavailableError);
      expect(error).not.toBeInstanceOf(RecordRefusedError);
    },
  );
});

describe('an error while opening', () => {
  it.each([
    'SQLITE_BUSY',
    'SQLITE_BUSY_RECOVERY',
    'SQLITE_LOCKED',
    'SQLITE_PROTOCOL',
    'SQLITE_FULL',
    'SQLITE_IOERR_WRITE',
    'SQLITE_NOMEM',
    'SQLITE_INTERRUPT',
    'ENOSPC',
    'EMFILE',
    'FILE_MOVED',
  ])('%s may pass: the store is not available', (code) => {
    expect(toOpenError('sqlite', 'data/x.db', failure(code))).toBeInstanceOf(
      StorageUnavailableError,
    );
  });

  it.each(['SQLITE_CANTOPEN', 'SQLITE_NOTADB', 'SQLITE_READONLY', 'SQLITE_CORRUPT', 'EACCES'])(
    '%s requires a change by a person, and says where',
    (code) => {
      const error = toOpenError('sqlite', 'data/x.db', failure(code));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error.message).toContain('sqlite.path: data/x.db');
    },
  );

  it('of the schema passes on the message of the schema check', () => {
    const error = toOpenError('sqlite', 'x', { code: SCHEMA_FAILURE, message: 'too new' });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe('too new');
  });
});
