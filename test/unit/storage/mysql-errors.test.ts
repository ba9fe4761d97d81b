import { describe, expect, it } from 'vitest';
import { safeError } from '../../../src/adapters/logging/safe-error.js';
import {
  CLIENT_ERRORS,
  meaningOf,
  SERVER_ERRORS,
  toStorageError,
} from '../../../src/adapters/storage/mysql/mysql-errors.js';
import {
  ConfigurationError,
  RecordRefusedError,
  StorageUnavailableError,
} from '../../../src/domain/errors.js';

const SERVER = 'mysql app@db.internal:3306/jobs';
/** What errors of mysql2 bring along, and no error of the port may. */
const SECRETS = ['insert into', 'a row of the client', 'opensesame'];

/** As mysql2 throws it: with the statement, and a message of the server that quotes data. */
function failure(fields: { readonly errno?: number; readonly code?: string }): Error {
  return Object.assign(new Error(`Duplicate entry 'a row of the client', password opensesame`), {
    ...fields,
    sql: "insert into translation_tasks values ('a row of the client')",
    sqlMessage: `Duplicate entry 'a row of the client'`,
  });
}

/** By the numbers of the servers' manuals, not by the table, so that a wrong row is noticed. */
const UNAVAILABLE = [
  ...[1020, 1205, 1213, 3058],
  ...[1021, 1028, 1040, 1041, 1053, 1077, 1079, 1114, 1129, 1158, 1159, 1160, 1161, 1180, 1203],
  ...[1226, 1290, 1317, 1836, 1927, 1969, 3024, 4031],
];
const REFUSED = [
  [1048, 'CONSTRAINT'],
  [1153, 'TOO_LARGE'],
  [1264, 'VALUE_OUT_OF_RANGE'],
  [1265, 'VALUE_OUT_OF_RANGE'],
  [1292, 'VALUE_OUT_OF_RANGE'],
  [1366, 'CONSTRAINT'],
  [1406, 'VALUE_OUT_OF_RANGE'],
  [1452, 'MISSING_PARENT'],
  [3819, 'VALUE_OUT_OF_RANGE'],
  [4025, 'VALUE_OUT_OF_RANGE'],
] as const;
const SET_UP_WRONGLY = [
  [1044, 'grant'],
  [1045, 'database.user'],
  [1049, 'create it'],
  [1054, 'npm run migrate'],
  [1142, 'grant'],
  [1146, 'npm run migrate'],
  [1227, 'grant'],
  [1251, 'caching_sha2_password'],
  [1698, 'database.password'],
] as const;
const NETWORK = [
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['EAI_AGAIN', 'PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT'],
  ...['PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR', 'POOL_CLOSED'],
];

describe('an error of a MySQL server', () => {
  it.each(UNAVAILABLE)('%i may pass: the store is not available', (errno) => {
    const error = toStorageError(SERVER, failure({ errno, code: 'ER_SOME' }));
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error).toMatchObject({ code: 'STORAGE_UNAVAILABLE', backend: 'mysql' });
    expect(error).toMatchObject({
      message: expect.stringMatching(/^\w.+ \(ER_SOME\)$/),
      where: SERVER,
    });
  });

  it.each([1020, 1205, 1213, 3058])('%i is worth the same statement again at once', (errno) => {
    expect(meaningOf(failure({ errno }))?.kind).toBe('again');
  });

  it.each(REFUSED)('%i means that a record is refused: %s', (errno, reason) => {
    const error = toStorageError(SERVER, failure({ errno }));
    expect(error).toBeInstanceOf(RecordRefusedError);
    expect(error).toMatchObject({ reason });
  });

  it.each(SET_UP_WRONGLY)('%i takes someone to change something: %s', (errno, advice) => {
    const error = toStorageError(SERVER, failure({ errno, code: 'ER_SOME' }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(SERVER);
    expect(error.message).toContain(advice);
  });

  it('has a case above for every number that the service knows', () => {
    const tested = [...UNAVAILABLE, ...[...REFUSED, ...SET_UP_WRONGLY].map(([errno]) => errno)];
    expect(tested.map(String).sort()).toEqual(Object.keys(SERVER_ERRORS).sort());
  });

  it.each([1064, 1062, 9999])('%i is a bug, and neither of these', (errno) => {
    const error = toStorageError(SERVER, failure({ errno, code: 'ER_SOME' }));
    expect(error).not.toBeInstanceOf(StorageUnavailableError);
    expect(error).not.toBeInstanceOf(RecordRefusedError);
    expect(error).not.toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe('MySQL failed with ER_SOME');
  });
});

describe('an error on the way to a MySQL server', () => {
  it.each(NETWORK)('%s may pass: the store is not available', (code) => {
    const error = toStorageError(SERVER, failure({ code }));
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error.message).toContain(`(${code})`);
  });

  it('ENOTFOUND takes someone to change something: database.host', () => {
    const error = toStorageError(SERVER, failure({ code: 'ENOTFOUND' }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain('database.host');
  });

  it('has a case above for every code that the service knows', () => {
    expect([...NETWORK, 'ENOTFOUND'].sort()).toEqual(Object.keys(CLIENT_ERRORS).sort());
  });

  it.each(["Can't add new command when connection is in closed state", 'Pool is closed.'])(
    'without a code means an outage: %s',
    (message) => {
      expect(toStorageError(SERVER, new Error(message))).toBeInstanceOf(StorageUnavailableError);
    },
  );

  it('that is no error of the driver at all is a bug', () => {
    expect(toStorageError(SERVER, 'opensesame').message).toBe('MySQL failed with unknown');
  });
});

describe('what an error says', () => {
  const known = [
    ...Object.keys(SERVER_ERRORS).map((errno) => ({ errno: Number(errno) })),
    ...Object.keys(CLIENT_ERRORS).map((code) => ({ code })),
  ];

  it.each(known)('of %o names the server beside what it says, when it may pass', (fields) => {
    const error = toStorageError(SERVER, failure(fields));
    if (!(error instanceof StorageUnavailableError)) return;
    expect(error.message).not.toContain('db.internal');
    expect(error.inFull).toBe(`${SERVER}: ${error.message}`);
  });

  it.each(known)('of %o holds no SQL, no row and no password, and fits a line', (fields) => {
    const error = toStorageError(SERVER, failure(fields));
    const said = JSON.stringify({ ...error, message: error.message, cause: error.cause });
    for (const secret of SECRETS) expect(said).not.toContain(secret);
    expect(error.message).not.toContain('\n');
  });

  it('that is a bug is safe in the log as well, although it keeps the cause', () => {
    const error = toStorageError(SERVER, failure({ errno: 1064, code: 'ER_PARSE_ERROR' }));
    const logged = JSON.stringify(safeError(error));
    expect(logged).toContain('ER_PARSE_ERROR');
    for (const secret of SECRETS) expect(logged).not.toContain(secret);
  });
});
