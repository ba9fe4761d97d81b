import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ConfigurationError } from '../../../ports/configuration-error.js';
import { valuesOf } from './connections/cluster-session.js';

const VARIABLES =
  "show global variables where variable_name in ('tidb_enable_check_constraint', 'tidb_enable_foreign_key', 'tidb_restricted_read_only', 'tidb_super_read_only', 'tidb_txn_entry_size_limit')";

/**
 * What TiDB may have switched off, and the service relies on. Throws ConfigurationError, with the
 * statement to run. `row`: bytes of the largest record.
 */
export async function checkTidb(
  server: string,
  connection: Connection,
  row: number,
): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>(VARIABLES);
  const values = valuesOf(rows);
  const isOn = (name: string) => values.get(name) === 'ON';
  if (!isOn('tidb_enable_foreign_key'))
    throw new ConfigurationError(
      `${server}: TiDB ignores foreign keys (tidb_enable_foreign_key is OFF), so tasks without a session could be stored. Run SET GLOBAL tidb_enable_foreign_key = ON before the tables are created.`,
    );
  if (!isOn('tidb_enable_check_constraint'))
    throw new ConfigurationError(
      `${server}: TiDB ignores CHECK constraints (tidb_enable_check_constraint is OFF), so values out of range could be stored. Run SET GLOBAL tidb_enable_check_constraint = ON before the tables are created.`,
    );
  const readOnly = ['tidb_restricted_read_only', 'tidb_super_read_only'].find(isOn);
  if (readOnly !== undefined)
    throw new ConfigurationError(
      `${server}: the cluster is read-only. Run SET GLOBAL ${readOnly} = OFF.`,
    );
  // 0: the value in the configuration file, which a user may not read. Its default is 6 MiB.
  const limit = Number(values.get('tidb_txn_entry_size_limit') ?? 0);
  if (limit !== 0 && limit < row)
    throw new ConfigurationError(
      `${server}: tidb_txn_entry_size_limit is ${limit} bytes, and the largest record needs ${row}. Run SET GLOBAL tidb_txn_entry_size_limit = 0, or set it to ${row} or more.`,
    );
}

/**
 * TiDB drops the CHECK constraints of tables that are created while they are switched off. Throws
 * ConfigurationError if the tables have none.
 */
export async function checkConstraints(server: string, connection: Connection): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>(
    'select count(*) as found from information_schema.check_constraints where constraint_schema = database()',
  );
  if (Number(rows[0]?.found) > 0) return;
  throw new ConfigurationError(
    `${server}: the tables have no CHECK constraints, because tidb_enable_check_constraint was OFF when they were created. Set database.database to an empty database, and copy the records.`,
  );
}
