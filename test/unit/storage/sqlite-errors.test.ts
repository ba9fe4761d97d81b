import { describe, expect, it } from 'vitest';
import {
  SCHEMA_FAILURE,
  toOpenError,
  toStorageError,
} from '../../../src/adapters/storage/sqlite/sqlite-errors.js';
import {
  ConfigurationError,
  RecordRefusedError,
  StorageUnavailableError,
} from '../../../src/domain/errors.js';

const failure = (code: string) => ({ code, message: 'insert into t values (SECRET)' });

describe('an error of SQLite', () => {
  it.each([
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
    'SQLITE_LOCKED',
    'SQLITE_FULL',
    'SQLITE_IOERR',
    'SQLITE_IOERR_FSYNC',
    'SQLITE_CANTOPEN',
    'SQLITE_READONLY',
    'SQLITE_READONLY_DBMOVED',
    'SQLITE_NOMEM',
    'SQLITE_PERM',
    'SQLITE_AUTH',
    'SQLITE_PROTOCOL',
    'SQLITE_CORRUPT',
    'SQLITE_CORRUPT_INDEX',
    'SQLITE_NOTADB',
    'SQLITE_INTERRUPT',
  ])('%s means that the store is not available', (code) => {
    const error = toStorageError('sqlite', failure(code));
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error).toMatchObject({ code: 'STORAGE_UNAVAILABLE', backend: 'sqlite' });
    expect(error.message).toContain(code);
    expect(error.message).not.toContain('SECRET');
  });

  it.each([
    ['SQLITE_CONSTRAINT_FOREIGNKEY', 'MISSING_PARENT'],
    ['SQLITE_CONSTRAINT_CHECK', 'VALUE_OUT_OF_RANGE'],
    ['SQLITE_CONSTRAINT_NOTNULL', 'CONSTRAINT'],
    ['SQLITE_CONSTRAINT_DATATYPE', 'CONSTRAINT'],
    ['SQLITE_CONSTRAINT', 'CONSTRAINT'],
    ['SQLITE_MISMATCH', 'CONSTRAINT'],
    ['SQLITE_TOOBIG', 'TOO_LARGE'],
  ])('%s means that a record is refused: %s', (code, reason) => {
    const error = toStorageError('sqlite', failure(code));
    expect(error).toBeInstanceOf(RecordRefusedError);
    expect(error).toMatchObject({ reason });
    expect(error.message).not.toContain('SECRET');
  });

  it.each(['SQLITE_ERROR', 'SQLITE_MISUSE', 'TypeError', 'UNKNOWN'])(
    '%s is a bug, and neither of the two',
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
  ])('%s may pass: the store is not available', (code) => {
    expect(toOpenError('sqlite', 'data/x.db', failure(code))).toBeInstanceOf(
      StorageUnavailableError,
    );
  });

  it.each(['SQLITE_CANTOPEN', 'SQLITE_NOTADB', 'SQLITE_READONLY', 'SQLITE_CORRUPT', 'EACCES'])(
    '%s takes someone to change something, and says where',
    (code) => {
      const error = toOpenError('sqlite', 'data/x.db', failure(code));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error.message).toContain('sqlite.path: data/x.db');
    },
  );

  it('of the schema says what the check of the schema said', () => {
    const error = toOpenError('sqlite', 'x', { code: SCHEMA_FAILURE, message: 'too new' });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe('too new');
  });
});
