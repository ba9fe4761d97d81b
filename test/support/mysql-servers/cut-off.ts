import { withConnection } from './connection.js';

const ER_NO_SUCH_THREAD = 1094;

/** Ends the connections of all clients, or of one user. One that ends by itself meanwhile is no error. */
export async function cutOff(url: string, user?: string): Promise<void> {
  await withConnection(url, async (ask) => {
    const rows = await ask(
      `select id from information_schema.processlist
       where id <> connection_id() and command in ('Sleep', 'Query')
       ${user === undefined ? '' : `and user = '${user}'`}`,
    );
    for (const row of rows) {
      await ask(`kill ${row.id ?? row.ID}`).catch((error: { errno?: number }) => {
        if (error.errno !== ER_NO_SUCH_THREAD) throw error;
      });
    }
  });
}
