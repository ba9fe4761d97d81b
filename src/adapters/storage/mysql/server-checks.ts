import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ConfigurationError } from '../../../ports/configuration-error.js';
import { TABLE_NAMES } from '../sql/tables/store-tables.js';

/** What the service needs to know about a server. */
export interface ServerFacts {
  readonly isMariaDb: boolean;
  /** For example `10.11.19`. */
  readonly version: string;
  /** Bytes of the largest packet that the server accepts. */
  readonly maxAllowedPacket: number;
  /** Whether it replicates with Galera, as one of several nodes that all accept writes. */
  readonly isClusterMember: boolean;
}

const OLDEST = { MariaDB: [10, 6], MySQL: [8, 4] } as const;

/**
 * Queries the product and its settings. Throws ConfigurationError if the server is too old or
 * read-only.
 */
export async function checkServer(server: string, connection: Connection): Promise<ServerFacts> {
  const [rows] = await connection.query<RowDataPacket[]>(
    'select version() as version, @@global.read_only as read_only, @@max_allowed_packet as max_allowed_packet',
  );
  const { version, read_only, max_allowed_packet } = rows[0] as RowDataPacket;
  const isMariaDb = String(version).includes('MariaDB');
  const product = isMariaDb ? 'MariaDB' : 'MySQL';
  const [number = ''] = String(version).split('-');
  const [major = 0, minor = 0] = number.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST[product];
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new ConfigurationError(
      `${server}: ${product} ${number} is too old. Use MySQL 8.4 or newer, or MariaDB 10.6 or newer.`,
    );
  }
  if (Number(read_only) === 1) {
    throw new ConfigurationError(
      `${server}: the server is read-only, perhaps a replica. Set database.host to the primary, or disable read_only.`,
    );
  }
  return {
    isMariaDb,
    version: number,
    maxAllowedPacket: Number(max_allowed_packet),
    isClusterMember: await isClusterMember(connection),
  };
}

/** A server that knows Galera may have it switched off, or lack the library (`none`). */
async function isClusterMember(connection: Connection): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>(
    "show global variables where variable_name in ('wsrep_on', 'wsrep_provider')",
  );
  const values = new Map(rows.map((row) => [row.Variable_name, String(row.Value).toLowerCase()]));
  return values.get('wsrep_on') === 'on' && values.get('wsrep_provider') !== 'none';
}

const MiB = 1024 ** 2;

/**
 * Throws ConfigurationError if the largest valid record could not be sent, which takes a
 * max_allowed_packet of `needed` bytes. The default of servers is 64 MiB (MySQL) or 16 MiB
 * (MariaDB).
 */
export function checkPacket(server: string, { maxAllowedPacket }: ServerFacts, needed: number) {
  if (maxAllowedPacket >= needed) return;
  throw new ConfigurationError(
    `${server}: max_allowed_packet of the server is ${maxAllowedPacket} bytes, and the largest record needs ${needed}. Set it to ${Math.ceil(needed / MiB)}M or more, in the configuration of the server and with SET GLOBAL.`,
  );
}

/**
 * The binary collation without padding, in which `a` and `a ` are two values; MariaDB has another
 * name for it.
 */
export const MYSQL_COLLATION = 'utf8mb4_0900_bin';
export const MARIADB_COLLATION = 'utf8mb4_nopad_bin';

/**
 * Tables that someone created or changed by hand may compare text differently. Throws
 * ConfigurationError if a text column does not compare byte for byte.
 */
export async function checkCollations(server: string, connection: Connection): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `select table_name as of_table, column_name as of_column, collation_name as found
     from information_schema.columns
     where table_schema = database() and table_name in (?)
       and collation_name is not null and collation_name not in (?, ?)`,
    [TABLE_NAMES, MYSQL_COLLATION, MARIADB_COLLATION],
  );
  const [wrong] = rows;
  if (wrong === undefined) return;
  throw new ConfigurationError(
    `${server}: column ${wrong.of_table}.${wrong.of_column} has the collation ${wrong.found}, in which some different texts are equal. Convert it to ${MYSQL_COLLATION} (MariaDB: ${MARIADB_COLLATION}).`,
  );
}

/** The only engine that has both transactions and foreign keys. */
const ENGINE = 'InnoDB';

/**
 * Makes new tables of this connection use InnoDB, whatever the server's default is: the migrations
 * name no engine.
 */
export async function askForInnoDb(connection: Connection): Promise<void> {
  await connection.query(`set session default_storage_engine = ${ENGINE}`);
}

/**
 * Other engines silently ignore foreign keys, and most of them transactions. Throws
 * ConfigurationError if a table uses one.
 */
export async function checkEngines(server: string, connection: Connection): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `select table_name as of_table, engine as found
     from information_schema.tables
     where table_schema = database() and table_name in (?) and table_type = 'BASE TABLE'
     order by table_name`,
    [TABLE_NAMES],
  );
  const wrong = rows.filter(({ found }) => String(found).toLowerCase() !== ENGINE.toLowerCase());
  if (wrong.length === 0) return;
  const found = wrong.map(({ of_table, found: engine }) => `${of_table} (${engine})`).join(', ');
  throw new ConfigurationError(
    `${server}: these tables do not use the engine ${ENGINE}: ${found}. Other engines ignore foreign keys and transactions, so records could be lost or left behind. Convert each one (ALTER TABLE <name> ENGINE=${ENGINE}), then add the foreign key of migrations/mysql/0000_initial.sql, because the engine has dropped it; or set database.database to an empty database.`,
  );
}
