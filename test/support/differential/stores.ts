import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBackend } from '../../../src/adapters/storage/memory/memory-backend.js';
import { MysqlBackend } from '../../../src/adapters/storage/mysql/mysql-backend.js';
import { SqliteBackend } from '../../../src/adapters/storage/sqlite/sqlite-backend.js';
import type { CollectionName } from '../../../src/domain/collection.js';
import { SESSIONS } from '../../../src/domain/session.js';
import { TASKS } from '../../../src/domain/task.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { RecordingLogger } from '../fakes.js';
import { freshDatabase } from '../mysql-servers/mysql-servers.js';
import type { MysqlServer } from '../mysql-servers/provided.js';

/** Backends that keep both collections, one by one or split; used for many histories in turn. */
export interface Store {
  readonly label: string;
  readonly backends: Readonly<Record<'sessions' | 'tasks', StorageBackend>>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

const BOTH: readonly CollectionName[] = [SESSIONS.name, TASKS.name];
/** More rows than any history leaves. */
const ALL = 100_000;

/** The reference first: memory, SQLite, each server, and sessions in SQLite with tasks on a server. */
export async function openStores(servers: readonly MysqlServer[]): Promise<readonly Store[]> {
  const stores = [whole('memory', await memory()), whole('SQLite', await sqlite(BOTH))];
  for (const server of servers) {
    stores.push(whole(server.label, await mysql(server, BOTH)));
    stores.push(
      store(
        `SQLite and ${server.label}`,
        await sqlite([SESSIONS.name]),
        await mysql(server, [TASKS.name]),
      ),
    );
  }
  return stores;
}

interface Opened {
  readonly backend: StorageBackend;
  close(): Promise<void>;
}

const whole = (label: string, opened: Opened): Store => store(label, opened, opened);

function store(label: string, sessions: Opened, tasks: Opened): Store {
  return {
    label,
    backends: { sessions: sessions.backend, tasks: tasks.backend },
    async empty() {
      await tasks.backend.delete(TASKS, [], ALL);
      await sessions.backend.delete(SESSIONS, [], ALL);
    },
    async close() {
      for (const opened of new Set([sessions, tasks])) await opened.close();
    },
  };
}

async function memory(): Promise<Opened> {
  return { backend: new MemoryBackend(BOTH), close: async () => undefined };
}

async function sqlite(collections: readonly CollectionName[]): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'ps-differential-'));
  const backend = new SqliteBackend({
    path: join(folder, 'test.db'),
    migrateOnStart: true,
    collections,
  });
  await backend.open();
  return {
    backend,
    async close() {
      await backend.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function mysql(server: MysqlServer, collections: readonly CollectionName[]): Promise<Opened> {
  const database = await freshDatabase(server);
  const { hostname, port, username, password } = new URL(database.url);
  const backend = new MysqlBackend({
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: database.name,
    poolSize: 3,
    migrateOnStart: true,
    collections,
    logger: new RecordingLogger(),
  });
  await backend.open();
  return {
    backend,
    async close() {
      await backend.close();
      await database.drop();
    },
  };
}
