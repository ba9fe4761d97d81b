import type { RowDataPacket } from 'mysql2/promise';
import { describe, expect, it } from 'vitest';
import { setUpForCluster } from '../../../../src/adapters/storage/mysql/connections/cluster-session.js';

/** The statements that a new connection sends to a server with these variables. */
async function sentTo(variables: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const sent: string[] = [];
  await setUpForCluster(async (sql) => {
    if (sql.startsWith('show')) {
      const rows = Object.entries(variables).map(([Variable_name, Value]) => {
        return { Variable_name, Value };
      });
      return rows as unknown as RowDataPacket[];
    }
    sent.push(sql);
    return [];
  });
  return sent;
}

const ONLINE = 'select group_replication_get_communication_protocol() as protocol';
const consistency = (level: string) => `set session group_replication_consistency = '${level}'`;
const group = (level: string) => ({
  group_replication_group_name: 'a1f1975b-2607-41ec-8d79-fb1042da1e96',
  group_replication_consistency: level,
});

describe('a new connection', () => {
  it.each([
    ['a server that knows no cluster', {}, []],
    ['Galera that is switched off', { wsrep_on: 'OFF' }, []],
    ['a node of Galera', { wsrep_on: 'ON' }, ['set session wsrep_sync_wait = 1']],
    ['TiDB', { tidb_txn_mode: 'optimistic' }, ["set session tidb_txn_mode = 'pessimistic'"]],
    ['the plugin without a group', { ...group('EVENTUAL'), group_replication_group_name: '' }, []],
    ['a group', group('EVENTUAL'), [ONLINE, consistency('BEFORE')]],
    ['a group as of 8.4', group('BEFORE_ON_PRIMARY_FAILOVER'), [ONLINE, consistency('BEFORE')]],
    [
      'a group that waits for every copy',
      group('AFTER'),
      [ONLINE, consistency('BEFORE_AND_AFTER')],
    ],
    ['a group that waits already', group('BEFORE'), [ONLINE]],
    ['a group that waits for both', group('BEFORE_AND_AFTER'), [ONLINE]],
  ])('to %s sets up what its reads need', async (_, variables, expected) => {
    expect(await sentTo(variables)).toEqual(expected);
  });

  it('to a member outside of its group fails', async () => {
    const refused = Object.assign(new Error('Member must be ONLINE'), { errno: 1123 });
    const setUp = setUpForCluster(async (sql) => {
      if (sql === ONLINE) throw refused;
      const rows = [{ Variable_name: 'group_replication_group_name', Value: 'a' }];
      return rows as unknown as RowDataPacket[];
    });
    await expect(setUp).rejects.toBe(refused);
  });
});
