import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';

const CONNECT_TIMEOUT_MS = 10_000;
const QUERY_TIMEOUT_MS = 15_000;

/** `mysql://user:password@host:port` for error messages: without the password. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  return shown.href;
}

/** One connection for the duration of `action`. Errors name the server, never its password. */
export async function withConnection<T>(
  url: string,
  action: (query: (sql: string) => Promise<RowDataPacket[]>) => Promise<T>,
  connectTimeoutMs = CONNECT_TIMEOUT_MS,
): Promise<T> {
  let connection: Connection | null = null;
  try {
    connection = await createConnection({ uri: url, connectTimeout: connectTimeoutMs });
    // An 'error' event without a listener would end the process when the server is stopped.
    connection.on('error', () => {});
    const open = connection;
    return await action(async (sql) => {
      const [rows] = await open.query({ sql, timeout: QUERY_TIMEOUT_MS });
      return Array.isArray(rows) ? (rows as RowDataPacket[]) : [];
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${withoutPassword(url)}: ${reason}`, { cause });
  } finally {
    connection?.destroy();
  }
}

/** Product and version of a server, such as `MariaDB 10.11.19` or `MySQL 9.7.0`. */
export async function labelOf(url: string): Promise<string> {
  const rows = await withConnection(url, (query) => query('SELECT VERSION() AS version'));
  const version = String(rows[0]?.version);
  const product = version.includes('MariaDB') ? 'MariaDB' : 'MySQL';
  return `${product} ${version.split('-')[0]}`;
}

export interface Readiness {
  readonly url: string;
  /** The socket file of the server: distinguishes it from another server on the same port. */
  readonly socket: string;
  readonly timeoutMs: number;
  /** Why waiting is pointless, or null. */
  readonly ended: () => string | null;
}

/** Waits until the server answers; throws if it has ended, or after `timeoutMs`. */
export async function answering({ url, socket, timeoutMs, ended }: Readiness): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const reason = ended();
    if (reason !== null) throw new Error(reason);
    const answer = await withConnection(url, (query) => query('SELECT @@socket AS socket'), 2_000)
      .then((rows) => String(rows[0]?.socket))
      .catch((error: Error) => error);
    if (answer === socket) return;
    if (performance.now() > deadline) {
      const last = answer instanceof Error ? answer.message : `another server, on ${answer}`;
      throw new Error(`no answer within ${timeoutMs} ms (last: ${last})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
