import type { Connection, RowDataPacket } from 'mysql2/promise';
import { setUpForCluster } from './cluster-session.js';

/**
 * Independent of the defaults of the server: strict, UTC, and locking only the rows that it writes.
 */
const SESSION = [
  "set session time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'",
  'set session transaction isolation level read committed',
];

/** The limit of this connection: that of the server when the connection was opened. */
const PACKET = 'select @@session.max_allowed_packet as bytes';

/** Sets up a new connection; resolves with the bytes of its max_allowed_packet. */
export async function setUpSession(
  connection: Connection,
  { foreignKeys, timeout }: { readonly foreignKeys: boolean; readonly timeout: number },
): Promise<number> {
  const send = async (sql: string) => {
    const [rows] = await connection.query<RowDataPacket[]>({ sql, timeout });
    return rows;
  };
  for (const statement of SESSION) await send(statement);
  await send(`set session foreign_key_checks = ${foreignKeys ? 1 : 0}`);
  await setUpForCluster(send);
  const [packet] = await send(PACKET);
  return Number(packet?.bytes);
}
