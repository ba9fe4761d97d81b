import type { Connection, RowDataPacket } from 'mysql2/promise';
import { StorageUnavailableError } from '../../../domain/errors.js';
import { ConfigurationError } from '../../../ports/configuration-error.js';
import { TABLE_NAMES } from '../sql/tables/store-tables.js';
import {
  checkOnline,
  isGroupMember,
  setUpForCluster,
  valuesOf,
} from './connections/cluster-session.js';
import { isReadOnly } from './connections/read-only.js';

export type Product = 'MySQL' | 'MariaDB' | 'TiDB';

/** What the service needs to know about a server. */
export interface ServerFacts {
  readonly product: Product;
  /** For example `10.11.19`; of TiDB its own version, not that of MySQL. */
  readonly version: string;
  /** Bytes of the largest packet that the server accepts. */
  readonly maxAllowedPacket: number;
  /** Whether it is one of several nodes that all accept writes (Galera, TiDB). */
  readonly isClusterMember: boolean;
}

/** In TiDB, foreign keys are generally available since 8.5. */
const OLDEST = { MariaDB: [10, 6], MySQL: [8, 4], TiDB: [8, 5] } as const;
const VARIABLES =
  "show global variables where variable_name in ('wsrep_on', 'wsrep_provider', 'group_replication_group_name', 'group_replication_single_primary_mode')";

/**
 * Queries the product and its settings. Throws ConfigurationError if the server is too old or
 * read-only, and StorageUnavailableError if it is a secondary of a group, which may change.
 */
export async function checkServer(server: string, connection: Connection): Promise<ServerFacts> {
  const [rows] = await connection.query<RowDataPacket[]>(
    'select version() as version, @@global.read_only as read_only, @@max_allowed_packet as max_allowed_packet',
  );
  const { version, read_only, max_allowed_packet } = rows[0] as RowDataPacket;
  const { product, number } = productOf(String(version));
  const [major = 0, minor = 0] = number.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST[product];
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new ConfigurationError(
      `${server}: ${product} ${number} is too old. Use MySQL 8.4 or newer, MariaDB 10.6 or newer, or TiDB 8.5 or newer.`,
    );
  }
  const [variables] = await connection.query<RowDataPacket[]>(VARIABLES);
  const values = valuesOf(variables);
  if (isGroupMember(values)) await checkGroup(server, connection, values, isReadOnly(read_only));
  if (isReadOnly(read_only)) {
    throw new ConfigurationError(
      `${server}: the server is read-only, perhaps a replica. Set database.host to the primary, or disable read_only.`,
    );
  }
  return {
    product,
    version: number,
    maxAllowedPacket: Number(max_allowed_packet),
    isClusterMember: product === 'TiDB' || hasGalera(values),
  };
}

function productOf(version: string): { readonly product: Product; readonly number: string } {
  const tidb = /-TiDB-v?([\d.]+)/.exec(version)?.[1];
  if (tidb !== undefined) return { product: 'TiDB', number: tidb };
  const [number = ''] = version.split('-');
  return { product: version.includes('MariaDB') ? 'MariaDB' : 'MySQL', number };
}

/** A server that knows Galera may have it switched off, or lack the library (`none`). */
function hasGalera(values: ReadonlyMap<string, string>): boolean {
  const lower = (name: string) => values.get(name)?.toLowerCase();
  return lower('wsrep_on') === 'on' && lower('wsrep_provider') !== 'none';
}

async function checkGroup(
  server: string,
  connection: Connection,
  values: ReadonlyMap<string, string>,
  isReadOnly: boolean,
): Promise<void> {
  if (values.get('group_replication_single_primary_mode') === 'OFF')
    throw new ConfigurationError(
      `${server}: several servers of the group accept writes, and deletes and writes on two of them may miss each other. Run SELECT group_replication_switch_to_single_primary_mode().`,
    );
  await checkOnline(async (sql) => (await connection.query<RowDataPacket[]>(sql))[0]);
  // The group may elect it at any moment.
  if (isReadOnly)
    throw new StorageUnavailableError(
      'mysql',
      'the server is a secondary of its group: name every server of the group in database.hosts',
      undefined,
      { where: server },
    );
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
 * Makes new tables of this connection use InnoDB, because the migrations name no engine, whatever
 * the server's default is.
 */
export async function prepareToMigrate(connection: Connection): Promise<void> {
  await connection.query(`set session default_storage_engine = ${ENGINE}`);
  await setUpForCluster(async (sql) => (await connection.query<RowDataPacket[]>(sql))[0]);
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
