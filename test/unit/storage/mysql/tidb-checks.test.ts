import type { Connection } from 'mysql2/promise';
import { describe, expect, it } from 'vitest';
import { rowFor } from '../../../../src/adapters/storage/mysql/statement-bytes.js';
import { checkConstraints, checkTidb } from '../../../../src/adapters/storage/mysql/tidb-checks.js';
import { columnsOf } from '../../../../src/adapters/storage/sql/tables/columns.js';
import { COLLECTIONS } from '../../../../src/domain/collections/list.js';
import { ConfigurationError } from '../../../../src/ports/configuration-error.js';

const SERVER = 'mysql app@db.internal:4000/jobs';
const MiB = 1024 ** 2;
const GOOD = {
  tidb_enable_check_constraint: 'ON',
  tidb_enable_foreign_key: 'ON',
  tidb_restricted_read_only: 'OFF',
  tidb_super_read_only: 'OFF',
  tidb_txn_entry_size_limit: '0',
};
const answering = (rows: readonly object[]) =>
  ({ query: async () => [rows, []] }) as unknown as Connection;
const withVariables = (variables: Readonly<Record<string, string>>) =>
  answering(Object.entries(variables).map(([Variable_name, Value]) => ({ Variable_name, Value })));

describe('the check of TiDB', () => {
  it.each([
    ['everything on', GOOD],
    ['variables that a cloud hides', { ...GOOD, tidb_super_read_only: '' }],
    ['a limit above the largest record', { ...GOOD, tidb_txn_entry_size_limit: String(8 * MiB) }],
  ])('takes %s', async (_, variables) => {
    await expect(checkTidb(SERVER, withVariables(variables), 5 * MiB)).resolves.toBeUndefined();
  });

  it.each([
    ['tidb_enable_foreign_key', 'OFF', 'SET GLOBAL tidb_enable_foreign_key = ON'],
    ['tidb_enable_check_constraint', 'OFF', 'SET GLOBAL tidb_enable_check_constraint = ON'],
    ['tidb_restricted_read_only', 'ON', 'SET GLOBAL tidb_restricted_read_only = OFF'],
    ['tidb_super_read_only', 'ON', 'SET GLOBAL tidb_super_read_only = OFF'],
    ['tidb_txn_entry_size_limit', String(4 * MiB), 'SET GLOBAL tidb_txn_entry_size_limit = 0'],
  ])('refuses %s = %s, and says what to run', async (name, value, statement) => {
    const refused = checkTidb(SERVER, withVariables({ ...GOOD, [name]: value }), 5 * MiB);
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(SERVER);
    await expect(refused).rejects.toThrow(statement);
  });

  it('has a default limit of 6 MiB, in which the largest record of each collection fits', () => {
    const rows = COLLECTIONS.map((collection) => rowFor(columnsOf(collection)));
    expect(Math.max(...rows)).toBeGreaterThan(4 * MiB);
    expect(Math.max(...rows)).toBeLessThan(5 * MiB);
  });

  it('refuses tables that were created without their CHECK constraints', async () => {
    await expect(checkConstraints(SERVER, answering([{ found: 22 }]))).resolves.toBeUndefined();
    const refused = checkConstraints(SERVER, answering([{ found: 0 }]));
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow('tidb_enable_check_constraint was OFF');
  });
});
