import type { Connection, RowDataPacket } from 'mysql2/promise';

/**
 * Independent of the defaults of the server: strict, UTC, and locking only the rows that it writes.
 */
const SESSION = [
  "set session time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'",
  'set session transaction isolation level read committed',
];

/** The limit of this connection: that of the server when the connection was opened. */
const PACKET = 'select @@session.max_allowed_packet as bytes';

const IS_GALERA = "show session variables like 'wsrep_on'";
/** A read waits until the node has applied what other nodes have committed before it. */
const CAUSAL_READS = 'set session wsrep_sync_wait = 1';

/** Sets up a new connection; resolves with the bytes of its max_allowed_packet. */
export async function setUpSession(
  connection: Connection,
  { foreignKeys, timeout }: { readonly foreignKeys: boolean; readonly timeout: number },
): Promise<number> {
  const send = async (sql: string) => {
    const [rows] = await connection.query<RowDataPacket[]>({ sql, timeout });
    return rows[0];
  };
  for (const statement of SESSION) await send(statement);
  await send(`set session foreign_key_checks = ${foreignKeys ? 1 : 0}`);
  const galera = await send(IS_GALERA);
  if (galera?.Value === 'ON') await send(CAUSAL_READS);
  const packet = await send(PACKET);
  return Number(packet?.bytes);
}
