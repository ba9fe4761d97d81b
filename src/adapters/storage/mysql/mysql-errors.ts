import {
  ConfigurationError,
  RecordRefusedError,
  type RefusalReason,
  StorageUnavailableError,
} from '../../../domain/errors.js';

/**
 * - `again`: the same statement may succeed in a moment (a deadlock): tried again at once
 * - `later`: the server is away, full or overloaded: tried again by the flush's back-off
 * - `record`: one of the records is wrong, and always will be
 * - `stop`: the service is set up wrongly
 */
type Meaning =
  | { readonly kind: 'again' | 'later' | 'stop'; readonly text: string }
  | { readonly kind: 'record'; readonly reason: RefusalReason; readonly text: string };

const again = (text: string): Meaning => ({ kind: 'again', text });
const later = (text: string): Meaning => ({ kind: 'later', text });
const stop = (text: string): Meaning => ({ kind: 'stop', text });
const record = (reason: RefusalReason, text: string): Meaning => ({ kind: 'record', reason, text });

/** By the errno of the server; never by the text of a message, which has a language and data in it. */
export const SERVER_ERRORS: Readonly<Record<number, Meaning>> = {
  1020: again('a row changed while it was being written'),
  1205: again('a lock was not released in time'),
  1213: again('two transactions waited for each other'),
  3058: again('two sessions waited for each other'),

  1021: later('the disk of the server is full'),
  1028: later('the server could not sort: its disk or memory is full'),
  1040: later('the server has too many connections'),
  1041: later('the server is out of memory'),
  1053: later('the server is shutting down'),
  1077: later('the server is shutting down'),
  1079: later('the server is shutting down'),
  1114: later('the table is full'),
  1129: later('the server blocks this host after too many broken connections: run FLUSH HOSTS'),
  1158: later('the connection broke'),
  1159: later('the connection timed out'),
  1160: later('the connection broke'),
  1161: later('the connection timed out'),
  1180: later('the server failed to commit'),
  1203: later('the user has too many connections'),
  1226: later('the user has used up its quota'),
  1290: later('the server is read-only'),
  1317: later('the statement was interrupted'),
  1836: later('the server is read-only'),
  1927: later('the connection was killed'),
  3024: later('the statement took too long'),
  1969: later('the statement took too long'),
  4031: later('the server closed the connection for being idle'),

  1048: record('CONSTRAINT', 'a value is missing'),
  1264: record('VALUE_OUT_OF_RANGE', 'a number is out of range'),
  1265: record('VALUE_OUT_OF_RANGE', 'a value does not fit its column'),
  1292: record('VALUE_OUT_OF_RANGE', 'a value has the wrong form'),
  1366: record('CONSTRAINT', 'a text cannot be kept in the character set of its column'),
  1406: record('VALUE_OUT_OF_RANGE', 'a text is too long'),
  1452: record('MISSING_PARENT', 'the record that it belongs to does not exist'),
  3819: record('VALUE_OUT_OF_RANGE', 'a value is too long or out of range'),
  4025: record('VALUE_OUT_OF_RANGE', 'a value is too long or out of range'),
  1153: record('TOO_LARGE', 'the record is larger than max_allowed_packet of the server'),

  1044: stop('the user may not use this database, or not create it: grant it all privileges on it'),
  1045: stop('the server refuses this user and password: set database.user and database.password'),
  1049: stop('there is no such database: create it, or run "npm run migrate" as a user that may'),
  1142: stop('the user lacks a privilege on the tables: grant it all privileges on the database'),
  1227: stop('the user lacks a privilege: grant it all privileges on the database'),
  1251: stop(
    'the user logs in by a method that is not supported: use caching_sha2_password or mysql_native_password',
  ),
  1698: stop('the server refuses this user and password: set database.user and database.password'),
  1146: stop('a table is missing: run "npm run migrate"'),
  1054: stop('a column is missing: run "npm run migrate"'),
};

/** Codes of errors that come from the network or from mysql2 and not from the server. */
export const CLIENT_ERRORS: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: later(
    'nothing listens there: start the server, or set database.host and database.port',
  ),
  ECONNRESET: later('the connection broke'),
  EPIPE: later('the connection broke'),
  ETIMEDOUT: later('the server did not answer in time'),
  EHOSTUNREACH: later('the host cannot be reached'),
  ENETUNREACH: later('the network cannot be reached'),
  EAI_AGAIN: later('the name of the host cannot be resolved now'),
  ENOTFOUND: stop('there is no such host: set database.host'),
  PROTOCOL_CONNECTION_LOST: later('the connection was lost'),
  PROTOCOL_SEQUENCE_TIMEOUT: later('the server did not answer in time'),
  PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR: later('the connection was lost'),
  POOL_CLOSED: later('the connections are closed'),
};

/** The meaning of an error of mysql2; null when it has none here: then it is a bug. */
export function meaningOf(error: unknown): Meaning | null {
  if (!(error instanceof Error)) return null;
  const { errno, code } = error as { readonly errno?: unknown; readonly code?: unknown };
  const byServer = typeof errno === 'number' ? SERVER_ERRORS[errno] : undefined;
  if (byServer !== undefined) return byServer;
  if (typeof code === 'string' && CLIENT_ERRORS[code] !== undefined) return CLIENT_ERRORS[code];
  // Errors of mysql2 itself carry no code for this one.
  return /closed state|Pool is closed/.test(error.message)
    ? later('the connection was lost')
    : null;
}

/**
 * The error of the port that an error of mysql2 stands for. It says code and meaning, and neither
 * SQL nor values. What has no meaning here is passed on for the log, without its statement.
 */
export function toStorageError(server: string, error: unknown): Error {
  const meaning = meaningOf(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (meaning === null) return new Error(`MySQL failed with ${code}`, { cause: error });
  switch (meaning.kind) {
    case 'record':
      return new RecordRefusedError(meaning.reason, meaning.text);
    case 'stop':
      return new ConfigurationError(`${server}: ${meaning.text} (${code}).`);
    case 'again':
    case 'later':
      return new StorageUnavailableError('mysql', `${meaning.text} (${code})`, undefined, server);
  }
}
