import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { openDatabase } from '../../../src/adapters/sqlite-driver/open-database.js';
import { MemoryBackend } from '../../../src/adapters/storage/memory/memory-backend.js';
import { MysqlBackend } from '../../../src/adapters/storage/mysql/mysql-backend.js';
import { SqliteBackend } from '../../../src/adapters/storage/sqlite/sqlite-backend.js';
import { SystemClock } from '../../../src/adapters/time/system-clock.js';
import type { CollectionName } from '../../../src/domain/collection.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { TABLES } from '../../contracts/storage/store-under-test.js';
import { RecordingLogger } from '../application/fakes.js';
import { freshDatabase } from '../mysql-servers/mysql-servers.js';
import type { MysqlServer } from '../mysql-servers/provided.js';
import { migrationsOf } from './migrations-folder.js';
import { connectionOf } from './mysql-connection.js';

/** An open store that is used for many cases in turn. */
export interface Opened {
  readonly backend: StorageBackend;
  /**
   * The same store, opened by another service; the same backend if only one service may open it.
   */
  readonly other: StorageBackend;
  /** Deletes everything, including tombstones and quarantine. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export const BOTH: readonly CollectionName[] = COLLECTIONS.map(({ name }) => name);

export function openMemory(collections: readonly CollectionName[], name?: string): Opened {
  const backend = new MemoryBackend(collections, name);
  return {
    backend,
    other: backend,
    empty: async () => backend.clear(),
    close: async () => undefined,
  };
}

export async function openSqlite(collections: readonly CollectionName[]): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'ps-store-'));
  const path = join(folder, 'test.db');
  const backend = new SqliteBackend({
    path,
    migrateOnStart: true,
    collections,
    ...migrationsOf('sqlite'),
  });
  await backend.open();
  const emptying = openDatabase(path);
  return {
    backend,
    other: backend,
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

/** `otherServer`: another node of the same cluster, for the other service. */
export async function openMysql(
  server: MysqlServer,
  collections: readonly CollectionName[],
  otherServer: MysqlServer = server,
): Promise<Opened> {
  const database = await freshDatabase(server);
  const aBackend = (url: string) =>
    new MysqlBackend({
      clock: new SystemClock(),
      ...connectionOf(`${url}/${database.name}`),
      poolSize: 3,
      migrateOnStart: true,
      collections,
      ...migrationsOf('mysql'),
      logger: new RecordingLogger(),
    });
  const [backend, other] = [aBackend(server.url), aBackend(otherServer.url)];
  await backend.open();
  const emptying = await createConnection(database.url);
  return {
    backend,
    other,
    empty: async () => {
      for (const table of TABLES) await emptying.query(`delete from ${table}`);
    },
    async close() {
      await emptying.end();
      await other.close();
      await backend.close();
      await database.drop();
    },
  };
}
