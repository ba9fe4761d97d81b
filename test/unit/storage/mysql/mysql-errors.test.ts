import { describe, expect, it } from 'vitest';
import { safeError } from '../../../../src/adapters/logging/safe-error.js';
import {
  CLIENT_ERRORS,
  SERVER_ERROR_CLASSES,
  SERVER_ERRORS,
} from '../../../../src/adapters/storage/mysql/error-meanings.js';
import {
  meaningOf,
  toOpeningError,
  toStorageError as toPortError,
} from '../../../../src/adapters/storage/mysql/mysql-errors.js';
import { RecordRefusedError, StorageUnavailableError } from '../../../../src/domain/errors.js';
import { ConfigurationError } from '../../../../src/ports/configuration-error.js';

const SERVER = 'mysql app@db.internal:3306/jobs';
/** What errors of mysql2 contain, and no error of the port may contain. */
const SECRETS = ['insert into', 'a row of the client', 'opensesame'];

/** As mysql2 throws it: with the statement, and a message of the server that quotes data. */
function failure(fields: {
  readonly errno?: number;
  readonly code?: string;
  readonly sqlState?: string;
  readonly syscall?: string;
}): Error {
  return Object.assign(new Error(`Duplicate entry 'a row of the client', password opensesame`), {
    ...fields,
    sql: "insert into translation_tasks values ('a row of the client')",
    sqlMessage: `Duplicate entry 'a row of the client'`,
  });
}

const toStorageError = (server: string, error: unknown) => toPortError(server, error) as Error;

/** From the manuals of the servers, not from the table, so that a wrong row is detected. */
const AGAIN = [
  ...[1020, 1062, 1205, 1213, 1412, 1615, 3058, 3101],
  ...[8002, 8005, 8022, 8028, 8147, 9007],
];
const UNAVAILABLE = [
  ...[1021, 1028, 1036, 1037, 1038, 1040, 1041, 1042, 1043, 1047, 1053, 1077, 1079, 1114, 1123],
  ...[
    1129, 1135, 1152, 1158, 1159, 1160, 1161, 1180, 1184, 1203, 1206, 1226, 1290, 1317, 1461, 1637,
  ],
  ...[1792, 1836, 1927, 1969, 3024, 3032, 3100, 3168, 3169, 3781, 3782, 3783, 3796, 3797, 3798],
  ...[3799, 4031],
  ...[8001, 8020, 8027, 8120, 8175, 8176, 8229, 8252, 8253, 8254],
  ...[9001, 9002, 9003, 9004, 9005, 9006, 9008, 9010],
];
const TOO_LARGE_TOGETHER = [8004, 9500];
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
  [8025, 'TOO_LARGE'],
] as const;
const SET_UP_WRONGLY = [
  [1044, 'grant'],
  [1045, 'database.user'],
  [1046, 'create it'],
  [1049, 'create it'],
  [1054, 'node dist/main.js migrate'],
  [1130, 'allow it'],
  [1142, 'grant'],
  [1143, 'grant'],
  [1146, 'node dist/main.js migrate'],
  [1176, 'migrations/mysql'],
  [1227, 'grant'],
  [1251, 'caching_sha2_password'],
  [1698, 'database.password'],
  [1820, 'set a new one'],
  [1862, 'set a new one'],
  [3098, 'InnoDB'],
  [3118, 'unlock it'],
  [3159, 'encrypted'],
  [4151, 'unlock it'],
] as const;
const NETWORK = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT'],
  ...['PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR', 'PROTOCOL_ERROR', 'PROTOCOL_UNEXPECTED_PACKET'],
  'HANDSHAKE_UNKNOWN_ERROR',
  ...['POOL_CLOSED', 'POOL_TIMEOUT'],
];
const LOGIN = [
  ...['HANDSHAKE_NO_SSL_SUPPORT', 'HANDSHAKE_SSL_ERROR', 'AUTH_SWITCH_PLUGIN_ERROR'],
  'MYSQL_CLEAR_PASSWORD_NOT_ENABLED',
];

describe('an error of a MySQL server', () => {
  it.each([...AGAIN, ...UNAVAILABLE])(
    '%i may be temporary: the store is not available',
    (errno) => {
      const error = toStorageError(SERVER, failure({ errno, code: 'ER_SOME' }));
      expect(error).toBeInstanceOf(StorageUnavailableError);
      expect(error).toMatchObject({
        code: 'STORAGE_UNAVAILABLE',
        backend: 'mysql',
        unclear: false,
        message: expect.stringMatching(/^\w.+ \(ER_SOME\)$/),
        where: SERVER,
      });
      expect(toOpeningError(SERVER, failure({ errno }))).toBeInstanceOf(StorageUnavailableError);
    },
  );

  it.each(AGAIN)('%i is retried at once with the same statement', (errno) => {
    expect(meaningOf(failure({ errno }))?.kind).toBe('again');
  });

  it.each(REFUSED)('%i means that a record is refused: %s', (errno, reason) => {
    const error = toStorageError(SERVER, failure({ errno }));
    expect(error).toBeInstanceOf(RecordRefusedError);
    expect(error).toMatchObject({ reason });
  });

  it.each(SET_UP_WRONGLY)('%i prevents a start, and says what to change: %s', (errno, advice) => {
    const error = toOpeningError(SERVER, failure({ errno, code: 'ER_SOME' })) as Error;
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(SERVER);
    expect(error.message).toContain(advice);
  });

  it.each(SET_UP_WRONGLY)(
    '%i may be temporary once the service runs, and says what to change, too',
    (errno, advice) => {
      const error = toStorageError(SERVER, failure({ errno, code: 'ER_SOME' }));
      expect(error).toBeInstanceOf(StorageUnavailableError);
      expect(error).toMatchObject({ unclear: false });
      expect(error.message).toContain(advice);
      expect(error.message).toContain('(ER_SOME)');
    },
  );

  it.each(TOO_LARGE_TOGETHER)(
    '%i is divided if it repeats, and refuses no record: the transaction is too large',
    (errno) => {
      const error = toStorageError(SERVER, failure({ errno }));
      expect(error).toBeInstanceOf(StorageUnavailableError);
      expect(error).toMatchObject({ unclear: true });
      expect(error.message).toContain('raise txn-total-size-limit');
    },
  );

  it('has a case above for every number that the service knows', () => {
    const refused = [...REFUSED, ...SET_UP_WRONGLY].map(([errno]) => errno);
    const tested = [...AGAIN, ...UNAVAILABLE, ...TOO_LARGE_TOGETHER, ...refused];
    expect(tested.map(String).sort()).toEqual(Object.keys(SERVER_ERRORS).sort());
  });

  it.each([
    ['08S01', 'node'],
    ['28000', 'setup'],
    ['40001', 'again'],
  ])('of a number that it does not know is known by its class: %s', (sqlState, kind) => {
    expect(meaningOf(failure({ errno: 9999, sqlState }))?.kind).toBe(kind);
  });

  it('has a case above for every class', () => {
    expect(Object.keys(SERVER_ERROR_CLASSES).sort()).toEqual(['08', '28', '40']);
  });

  it.each([
    [1064, '42000'],
    [1063, '23000'],
    [9999, 'HY000'],
    [9998, '22001'],
  ])('%i, of which nothing is known, is tried again and blames no record', (errno, sqlState) => {
    const thrown = failure({ errno, sqlState, code: 'ER_SOME' });
    for (const error of [toStorageError(SERVER, thrown), toOpeningError(SERVER, thrown)]) {
      expect(error).toBeInstanceOf(StorageUnavailableError);
      expect(error).toMatchObject({ unclear: true });
      expect((error as Error).message).toContain('(ER_SOME)');
    }
  });

  it('shows its number if the driver has no name for it', () => {
    expect(toStorageError(SERVER, failure({ errno: 9999 })).message).toContain('(9999)');
  });

  it('is recognized when Drizzle wraps it, with the statement', () => {
    const wrapped = new Error("Failed query: insert … 'a row of the client'", {
      cause: failure({ errno: 1047, code: 'ER_UNKNOWN_COM_ERROR' }),
    });
    const error = toStorageError(SERVER, wrapped);
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error.message).toMatch(/lost quorum \(ER_UNKNOWN_COM_ERROR\)$/);
  });
});

describe('an error on the connection to a MySQL server', () => {
  it.each(NETWORK)('%s may be temporary: the store is not available', (code) => {
    for (const convert of [toStorageError, toOpeningError]) {
      const error = convert(SERVER, failure({ code })) as Error;
      expect(error).toBeInstanceOf(StorageUnavailableError);
      expect(error).toMatchObject({ unclear: false });
      expect(error.message).toContain(`(${code})`);
    }
  });

  it.each(LOGIN)('%s prevents a start, and may be temporary once the service runs', (code) => {
    expect(toOpeningError(SERVER, failure({ code }))).toBeInstanceOf(ConfigurationError);
    const error = toStorageError(SERVER, failure({ code }));
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error).toMatchObject({ unclear: false });
  });

  it('says to start the server or to set database.host if the host name is unknown', () => {
    const error = toOpeningError(SERVER, failure({ code: 'ENOTFOUND' })) as Error;
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error.message).toContain('database.host');
  });

  it('has a case above for every code that the service knows', () => {
    expect([...NETWORK, ...LOGIN].sort()).toEqual(Object.keys(CLIENT_ERRORS).sort());
  });

  it('of the operating system on the socket concerns the connection, whatever its code', () => {
    const error = toStorageError(SERVER, failure({ code: 'EMFILE', syscall: 'connect' }));
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error).toMatchObject({ unclear: false });
  });

  it('with an unknown code is retried and refuses no record', () => {
    const error = toStorageError(SERVER, failure({ code: 'ERR_STRING_TOO_LONG' }));
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error).toMatchObject({ unclear: true });
  });

  it.each([
    ["Can't add new command when connection is in closed state", false],
    ['Pool is closed.', false],
    ['The driver is in an unknown state', true],
  ])('without a code may be temporary too: %s', (message, unclear) => {
    const error = toStorageError(SERVER, new Error(message));
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(error).toMatchObject({ unclear });
  });

  it.each([
    ['no error at all', 'opensesame'],
    ['a bug of the program', new TypeError('undefined is not a function')],
    ['a missing file', Object.assign(new Error('ENOENT'), { code: 'ENOENT', path: '/m' })],
    ['an error of the port', new StorageUnavailableError('mysql', 'the connection broke')],
    ['a refusal to start', new ConfigurationError('the schema is newer')],
  ])('is told from %s, which stays what it is', (_what, thrown) => {
    expect(toStorageError(SERVER, thrown)).toBe(thrown);
    expect(toOpeningError(SERVER, thrown)).toBe(thrown);
    expect(meaningOf(thrown)).toBeNull();
  });
});

describe('an error message', () => {
  const known = [
    ...Object.keys(SERVER_ERRORS).map((errno) => ({ errno: Number(errno) })),
    ...Object.keys(CLIENT_ERRORS).map((code) => ({ code })),
  ];

  it.each(known)('of %o names the server separately if the error may be temporary', (fields) => {
    const error = toStorageError(SERVER, failure(fields));
    if (!(error instanceof StorageUnavailableError)) return;
    expect(error.message).not.toContain('db.internal');
    expect(error.inFull).toBe(`${SERVER}: ${error.message}`);
  });

  it.each(known)('of %o contains no SQL, no row and no password, and fits a line', (fields) => {
    const error = toStorageError(SERVER, failure(fields));
    const said = JSON.stringify({ ...error, message: error.message, cause: error.cause });
    for (const secret of SECRETS) expect(said).not.toContain(secret);
    expect(error.message).not.toContain('\n');
  });

  it('of an unknown error is safe in the log too, although it keeps the cause', () => {
    const error = toStorageError(SERVER, failure({ errno: 1064, code: 'ER_PARSE_ERROR' }));
    const logged = JSON.stringify(safeError(error));
    expect(logged).toContain('1064');
    for (const secret of SECRETS) expect(logged).not.toContain(secret);
  });
});
