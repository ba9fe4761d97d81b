import { createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { SystemClock } from '../../src/adapters/time/system-clock.js';
import { RecordingLogger } from '../support/application/fakes.js';
import type { FreshDatabase } from '../support/mysql-servers/fresh-database.js';
import { describeOnMysqlServers, freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import { SESSIONS, sessionWrite } from '../support/records/writes.js';
import { earlierInserts, expectEarlierRows } from '../support/stores/earlier-rows.js';
import { connectionOf } from '../support/stores/mysql-connection.js';
import { olderMigrations } from '../support/stores/older-migrations.js';

describeOnMysqlServers('migrations', (server) => {
  let database: FreshDatabase;
  const backends: MysqlBackend[] = [];

  const backend = (settings: { migrations?: string; migrateOnStart?: boolean } = {}) => {
    const made = new MysqlBackend({
      clock: new SystemClock(),
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

  it('migrate a store with data in it and lose nothing', async () => {
    const older = await olderMigrations('mysql', 1);
    expect(older.known).toBeGreaterThan(1);
    const before = backend({ migrations: older.folder });
    await before.open();
    await older.remove();
    // By hand: this version writes nothing to such a schema.
    const connection = await createConnection(database.url);
    const literal = (at: number) =>
      `'${new Date(at).toISOString().replace('T', ' ').replace('Z', '')}'`;
    for (const insert of earlierInserts(literal)) await connection.query(insert);
    await connection.end();

    const checked = backend({ migrateOnStart: false });
    await expect(checked.open()).rejects.toThrow(
      /migrations are missing \(5 of 6\).*node dist\/main\.js migrate/,
    );

    const after = backend();
    await after.open();
    await expectEarlierRows(after);
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
