import { afterEach, beforeEach, expect, it } from 'vitest';
import { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { RecordingLogger } from '../support/fakes.js';
import { connectionOf } from '../support/mysql-connection.js';
import type { FreshDatabase } from '../support/mysql-servers/fresh-database.js';
import { describeOnMysqlServers, freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import { olderMigrations } from '../support/older-migrations.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../support/writes.js';

describeOnMysqlServers('migrations', (server) => {
  let database: FreshDatabase;
  const backends: MysqlBackend[] = [];

  const backend = (settings: { migrations?: string; migrateOnStart?: boolean } = {}) => {
    const made = new MysqlBackend({
      ...connectionOf(database.url),
      poolSize: 2,
      migrateOnStart: true,
      collections: ['translation_sessions', 'translation_tasks'],
      logger: new RecordingLogger(),
      ...settings,
    });
    backends.push(made);
    return made;
  };

  beforeEach(async () => {
    database = await freshDatabase(server);
  });
  afterEach(async () => {
    for (const made of backends.splice(0)) await made.close();
    await database.drop();
  });

  it('bring a store with data in it up to date and lose nothing', async () => {
    const older = await olderMigrations('mysql', 1);
    expect(older.known).toBeGreaterThan(1);
    const before = backend({ migrations: older.folder });
    await before.open();
    await older.remove();
    await before.write(SESSIONS, [sessionWrite('s-1', 1, { game_info: { z: 1, a: [] } })]);
    const tasks = Array.from({ length: 50 }, (_, index) =>
      taskWrite(`t-${index}`, index, { target_text: '漢🗡️', row_index: index }),
    );
    await before.write(TASKS, tasks);
    const stored = await before.read(TASKS, 't-7');

    const checked = backend({ migrateOnStart: false });
    await expect(checked.open()).rejects.toThrow(
      /migrations are missing \(1 of 2\).*node dist\/main\.js migrate/,
    );

    const after = backend();
    await after.open();
    expect(await after.count(TASKS, [])).toBe(50);
    expect(await after.read(TASKS, 't-7')).toEqual(stored);
    await backend({ migrateOnStart: false }).open();
  });

  it('run once when several instances start at the same time', async () => {
    const instances = Array.from({ length: 4 }, () => backend());
    await Promise.all(instances.map((instance) => instance.open()));
    await instances[3]?.write(SESSIONS, [sessionWrite('s-1', 1)]);
    expect(await instances[0]?.count(SESSIONS, [])).toBe(1);
  });

  it('refuse a schema that is newer than the code', async () => {
    await backend().open();
    const older = await olderMigrations('mysql', 1);
    await expect(backend({ migrations: older.folder }).open()).rejects.toThrow(
      /newer than this version/,
    );
    await older.remove();
  });
});
