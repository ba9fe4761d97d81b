import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import { MemoryBackend } from '../../../src/adapters/storage/memory/memory-backend.js';
import { MysqlBackend } from '../../../src/adapters/storage/mysql/mysql-backend.js';
import { SqliteBackend } from '../../../src/adapters/storage/sqlite/sqlite-backend.js';
import type { CollectionName } from '../../../src/domain/collection.js';
import { SESSIONS } from '../../../src/domain/session.js';
import { TASKS } from '../../../src/domain/task.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { TABLES } from '../../contracts/store-under-test.js';
import { RecordingLogger } from '../fakes.js';
import { connectionOf } from '../mysql-connection.js';
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

/** `empty` takes everything out, tombstones and quarantine included. */
interface Opened {
  readonly backend: StorageBackend;
  empty(): Promise<void>;
  close(): Promise<void>;
}

const whole = (label: string, opened: Opened): Store => store(label, opened, opened);

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

async function memory(): Promise<Opened> {
  const backend = new MemoryBackend(BOTH);
  return { backend, empty: async () => backend.clear(), close: async () => undefined };
}

async function sqlite(collections: readonly CollectionName[]): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'ps-differential-'));
  const path = join(folder, 'test.db');
  const backend = new SqliteBackend({ path, migrateOnStart: true, collections });
  await backend.open();
  const emptying = new Database(path);
  return {
    backend,
    empty: async () => {
      for (const table of TABLES) emptying.exec(`delete from ${table}`);
    },
    async close() {
      emptying.close();
      await backend.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function mysql(server: MysqlServer, collections: readonly CollectionName[]): Promise<Opened> {
  const database = await freshDatabase(server);
  const backend = new MysqlBackend({
    ...connectionOf(database.url),
    poolSize: 3,
    migrateOnStart: true,
    collections,
    logger: new RecordingLogger(),
  });
  await backend.open();
  const emptying = await createConnection(database.url);
  return {
    backend,
    empty: async () => {
      for (const table of TABLES) await emptying.query(`delete from ${table}`);
    },
    async close() {
      await emptying.end();
      await backend.close();
      await database.drop();
    },
  };
}
