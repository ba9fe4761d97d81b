import { again, later, type Meaning, node, record, setup, unclear } from './meaning.js';
import { TIDB_ERRORS } from './tidb-errors.js';

const WRONG_PASSWORD = setup(
  'the server refuses this user and password: set database.user and database.password',
);
const NO_PRIVILEGE = setup(
  'the user lacks a privilege on the tables: grant it all privileges on the database',
);
const NO_DATABASE = setup(
  'there is no such database: create it, or run "node dist/main.js migrate" as a user that may',
);
const WRONG_LOGIN = setup(
  'the user has an unsupported authentication method: use caching_sha2_password or mysql_native_password',
);

/**
 * By the errno of the server; never by the message text, which has a language and contains data.
 */
export const SERVER_ERRORS: Readonly<Record<number, Meaning>> = {
  1020: again('a row changed while it was being written'),
  1062: again('two instances created the same row'),
  1205: again('a lock was not released in time'),
  1213: again('two transactions waited for each other'),
  1412: again('the table was changed meanwhile'),
  1615: again('the statement must be prepared again'),
  3058: again('two sessions waited for each other'),
  3101: again('the group of servers rolled the transaction back'),

  1021: later('the disk of the server is full'),
  1028: later('the server could not sort: its disk or memory is full'),
  1036: later('the table is read-only'),
  1037: later('the server is out of memory'),
  1038: later('the server is out of memory to sort in'),
  1040: node('the server has too many connections'),
  1041: later('the server is out of memory'),
  1042: node('the server cannot resolve the name of this host'),
  1043: node('the server aborted the handshake'),
  1047: node('the cluster node is not ready: it may have lost quorum'),
  1053: node('the server is shutting down'),
  1077: node('the server is shutting down'),
  1079: node('the server is shutting down'),
  1114: later('the table is full'),
  1123: node('the server is not online in its group, or the group has no majority'),
  1129: node('the server blocks this host after too many broken connections: run FLUSH HOSTS'),
  1135: node('the server cannot create another thread'),
  1152: node('the connection broke'),
  1158: node('the connection broke'),
  1159: node('the connection timed out'),
  1160: node('the connection broke'),
  1161: node('the connection timed out'),
  1180: node('the server failed to commit'),
  1184: node('the connection broke'),
  1203: later('the user has too many connections'),
  1206: later('the server holds too many locks'),
  1226: later('the user has exceeded its quota'),
  1290: node('the server is read-only'),
  1317: later('the statement was interrupted'),
  1461: later(
    'the server has reached its limit of prepared statements: raise its max_prepared_stmt_count',
  ),
  1637: later('the server has reached its limit of transactions'),
  1792: node('the transaction is read-only'),
  1836: node('the server is read-only'),
  1927: node('the connection was killed'),
  1969: later('the statement took too long'),
  3024: later('the statement took too long'),
  3032: node('the server is in offline mode'),
  3100: node('the server could not commit in its group: it may have left it'),
  3168: node('the server is not available'),
  3169: node('the connection was killed'),
  3781: node('the new primary was applying its backlog for too long'),
  3782: node('the server stopped while it applied its backlog'),
  3783: node('the server left its group while it applied its backlog'),
  3796: node('the server is not online in its group'),
  3797: node('the server could not wait for the other servers of its group'),
  3798: node('the server could not wait for the other servers of its group'),
  3799: node('the server is leaving its group'),
  4031: node('the server closed the connection for being idle'),

  1044: setup(
    'the user may not use this database, or not create it: grant it all privileges on it',
  ),
  1045: WRONG_PASSWORD,
  1046: NO_DATABASE,
  1049: NO_DATABASE,
  1054: setup('a column is missing: run "node dist/main.js migrate"'),
  1130: setup('the server does not allow connections from this host: allow it for the user'),
  1142: NO_PRIVILEGE,
  1143: NO_PRIVILEGE,
  1146: setup('a table is missing: run "node dist/main.js migrate"'),
  1176: setup(
    'an index is missing: run "node dist/main.js migrate"; if it was dropped, create it as in migrations/mysql',
  ),
  1227: setup('the user lacks a privilege: grant it all privileges on the database'),
  1251: WRONG_LOGIN,
  1698: WRONG_PASSWORD,
  1820: setup('the password of the user has expired: set a new one'),
  1862: setup('the password of the user has expired: set a new one'),
  3098: setup('Group Replication refuses a table: convert it to InnoDB, with a primary key'),
  3118: setup('the account of the user is locked: unlock it'),
  3159: setup('the server accepts only encrypted connections: set database.tls.mode to required'),
  4151: setup('the account of the user is locked: unlock it'),

  1048: record('CONSTRAINT', 'a value is missing'),
  1153: record('TOO_LARGE', 'the record is larger than max_allowed_packet of the server'),
  1264: record('VALUE_OUT_OF_RANGE', 'a number is out of range'),
  1265: record('VALUE_OUT_OF_RANGE', 'a value does not fit its column'),
  1292: record('VALUE_OUT_OF_RANGE', 'a value has the wrong form'),
  1366: record('CONSTRAINT', 'a text cannot be stored in the character set of its column'),
  1406: record('VALUE_OUT_OF_RANGE', 'a text is too long'),
  1452: record('MISSING_PARENT', 'the record that it belongs to does not exist'),
  3819: record('VALUE_OUT_OF_RANGE', 'a value is too long or out of range'),
  4025: record('VALUE_OUT_OF_RANGE', 'a value is too long or out of range'),

  ...TIDB_ERRORS,
};

/** For other errors: by the class of the SQLSTATE, its first two characters. */
export const SERVER_ERROR_CLASSES: Readonly<Record<string, Meaning>> = {
  '08': node('the connection failed'),
  28: setup('the server refuses this user'),
  40: again('the server rolled the transaction back'),
};

/** Codes of errors that come from the network or from mysql2, not from the server. */
export const CLIENT_ERRORS: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: node(
    'the connection was refused: start the server, or set database.host and database.port',
  ),
  ENOTFOUND: node('the host name is unknown: start the server, or set database.host'),
  EAI_AGAIN: node('the host name cannot be resolved now'),
  ECONNRESET: node('the connection broke'),
  EPIPE: node('the connection broke'),
  ETIMEDOUT: node('the server did not answer in time'),
  EHOSTUNREACH: node('the host cannot be reached'),
  ENETUNREACH: node('the network cannot be reached'),
  PROTOCOL_CONNECTION_LOST: node('the connection was lost'),
  PROTOCOL_SEQUENCE_TIMEOUT: later('the server did not answer in time'),
  PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR: node('the connection was lost'),
  PROTOCOL_ERROR: node('the server does not speak the MySQL protocol'),
  PROTOCOL_UNEXPECTED_PACKET: node('the server does not speak the MySQL protocol'),
  HANDSHAKE_UNKNOWN_ERROR: node('the server does not speak the MySQL protocol'),
  HANDSHAKE_NO_SSL_SUPPORT: setup(
    'the server does not offer TLS: enable it at the server, or set database.tls.mode to preferred or disabled',
  ),
  // The message of Node says more (tls.ts).
  HANDSHAKE_SSL_ERROR: setup('the encrypted connection could not be established'),
  AUTH_SWITCH_PLUGIN_ERROR: WRONG_LOGIN,
  MYSQL_CLEAR_PASSWORD_NOT_ENABLED: WRONG_LOGIN,
  POOL_CLOSED: later('the connections are closed'),
  POOL_TIMEOUT: later('all connections were in use for too long: raise database.pool_size'),
};

/** An error of the operating system on a socket concerns the connection, whatever its code. */
export const SOCKET_FAILED: Meaning = node('the connection failed');
/** Errors of mysql2 itself that have no code. */
export const CONNECTION_LOST: Meaning = node('the connection was lost');
export const NOT_KNOWN: Meaning = unclear('the store failed with an unknown error');
