import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import type { MysqlServer } from '../mysql-servers/provided.js';
import { BOTH, type Opened, openMemory, openMysql, openSqlite } from '../stores/opened-stores.js';

/** Backends of both collections, in one store or split; used for many histories in turn. */
export interface Store {
  readonly label: string;
  readonly backends: Readonly<Record<'sessions' | 'tasks', StorageBackend>>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The reference first: memory, SQLite, each server, and sessions in SQLite with tasks on a server.
 */
export async function openStores(servers: readonly MysqlServer[]): Promise<readonly Store[]> {
  const stores = [whole('memory', openMemory(BOTH)), whole('SQLite', await openSqlite(BOTH))];
  for (const server of servers) {
    stores.push(whole(server.label, await openMysql(server, BOTH)));
    stores.push(
      store(
        `SQLite and ${server.label}`,
        await openSqlite([SESSIONS.name]),
        await openMysql(server, [TASKS.name]),
      ),
    );
  }
  return stores;
}

export const whole = (label: string, opened: Opened): Store => store(label, opened, opened);

function store(label: string, sessions: Opened, tasks: Opened): Store {
  return {
    label,
    backends: { sessions: sessions.backend, tasks: tasks.backend },
    async empty() {
      for (const opened of new Set([sessions, tasks])) await opened.empty();
    },
    async close() {
      for (const opened of new Set([sessions, tasks])) await opened.close();
    },
  };
}
