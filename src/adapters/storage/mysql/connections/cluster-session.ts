import type { RowDataPacket } from 'mysql2/promise';

/** Sends a statement on one connection. */
export type Send = (sql: string) => Promise<RowDataPacket[]>;

const VARIABLES =
  "show session variables where variable_name in ('wsrep_on', 'tidb_txn_mode', 'group_replication_group_name', 'group_replication_consistency')";

/**
 * Fails with 1123 unless the server is online in its group, and the group has a majority. Any user
 * may call it; the tables of the members need a privilege of their own.
 */
const ONLINE = 'select group_replication_get_communication_protocol() as protocol';

/** With these, a read waits until the node has applied what others have committed before it. */
const GALERA = 'set session wsrep_sync_wait = 1';
/** A secondary, and a primary without a majority, would show an older state. Nothing is weakened. */
const STRONGER: Readonly<Record<string, string>> = {
  EVENTUAL: 'BEFORE',
  BEFORE_ON_PRIMARY_FAILOVER: 'BEFORE',
  AFTER: 'BEFORE_AND_AFTER',
};

/** The locks of a transaction are those that the service counts on. */
const TIDB = "set session tidb_txn_mode = 'pessimistic'";

/** What a connection needs on a member of a cluster; nothing on other servers. */
export async function setUpForCluster(send: Send): Promise<void> {
  const values = valuesOf(await send(VARIABLES));
  if (values.get('wsrep_on') === 'ON') await send(GALERA);
  if (values.has('tidb_txn_mode')) await send(TIDB);
  if (isGroupMember(values)) {
    await checkOnline(send);
    const level = STRONGER[values.get('group_replication_consistency') ?? ''];
    if (level !== undefined) await send(`set session group_replication_consistency = '${level}'`);
  }
}

/** Whether the server is configured as a member of a group, although it may be outside of it now. */
export async function asksGroup(send: Send): Promise<boolean> {
  return isGroupMember(valuesOf(await send(VARIABLES)));
}

/**
 * A member that has restarted accepts writes before it joins its group again, and one without a
 * majority shows an older state. Throws the error of the server for such a member.
 */
export async function checkOnline(send: Send): Promise<void> {
  await send(ONLINE);
}

/** The rows of `show variables`; empty for the answer of a server that knows none. */
export function valuesOf(rows: readonly RowDataPacket[]): ReadonlyMap<string, string> {
  if (!Array.isArray(rows)) return new Map();
  return new Map(rows.map((row) => [String(row.Variable_name), String(row.Value)]));
}

/** The plugin may be loaded without a group. */
export function isGroupMember(values: ReadonlyMap<string, string>): boolean {
  return (values.get('group_replication_group_name') ?? '') !== '';
}
