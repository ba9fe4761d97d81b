import { onTestFinished } from 'vitest';
import { MysqlBackend } from '../../../src/adapters/storage/mysql/mysql-backend.js';
import { SystemClock } from '../../../src/adapters/time/system-clock.js';
import { RecordingLogger } from '../application/fakes.js';
import { freshDatabase } from '../mysql-servers/mysql-servers.js';
import { connectionOf } from './mysql-connection.js';

/**
 * A store with two connections on its own database, which is dropped when the test ends; not open
 * yet.
 */
export async function aMysqlStore(server: Parameters<typeof freshDatabase>[0]) {
  const database = await freshDatabase(server);
  onTestFinished(() => database.drop());
  const store = new MysqlBackend({
    clock: new SystemClock(),
    ...connectionOf(database.url),
    poolSize: 2,
    migrateOnStart: true,
    collections: ['translation_sessions', 'translation_tasks'],
    logger: new RecordingLogger(),
  });
  onTestFinished(() => store.close());
  return { database, store };
}
