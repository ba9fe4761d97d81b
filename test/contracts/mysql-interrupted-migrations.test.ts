import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Leases } from '../../src/adapters/storage/mysql/leases.js';
import { bringUpToDate } from '../../src/adapters/storage/mysql/migrating/migrate.js';
import { MIGRATIONS } from '../../src/adapters/storage/mysql/opening.js';
import { ConfigurationError } from '../../src/ports/configuration-error.js';
import { ALWAYS_HELD } from '../../src/ports/storage-backend.js';
import type { FreshDatabase } from '../support/mysql-servers/fresh-database.js';
import { describeOnMysqlServers, freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import { knownStatements, olderMigrations } from '../support/stores/older-migrations.js';

const CHANGE = /^\s*(--.*\n)?\s*(create|alter|drop|rename)\b/i;
const OWN = /if not exists/i;

/** At which of the changes of a table the connection ends: before it reaches the server, or after. */
interface End {
  readonly change: number;
  readonly isAfter: boolean;
  /** In the place of a lost connection. */
  readonly error?: Error;
}

class ConnectionLost extends Error {}

/** A connection that ends at a change of a table of a migration. */
function endingAt(connection: Connection, end: End): Connection {
  let changes = 0;
  const error = end.error ?? new ConnectionLost();
  return new Proxy(connection, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'query') return value;
      return async (statement: string | { readonly sql: string }, ...rest: unknown[]) => {
        const sql = typeof statement === 'string' ? statement : statement.sql;
        const isEnd = CHANGE.test(sql) && !OWN.test(sql) && ++changes === end.change;
        if (isEnd && !end.isAfter) throw error;
        const result: unknown = await Reflect.apply(value as Connection['query'], target, [
          statement,
          ...rest,
        ]);
        if (isEnd) throw error;
        return result;
      };
    },
  });
}

describeOnMysqlServers('an interrupted migration', (server) => {
  let database: FreshDatabase;
  let connection: Connection;
  const lease = { ...ALWAYS_HELD, onLost: () => undefined };
  const leases: Pick<Leases, 'wait'> = { wait: (_name, _patience, work) => work(lease) };

  beforeEach(async () => {
    database = await freshDatabase(server);
    connection = await createConnection(database.url);
  });
  afterEach(async () => {
    await connection.end();
    await database.drop();
  });

  const isMariaDb = async () =>
    (await rows('select version() as version'))[0]?.version.includes('MariaDB') === true;

  const rows = async (sql: string) => (await connection.query<RowDataPacket[]>(sql))[0];

  async function migrate(end?: End, folder = MIGRATIONS): Promise<void> {
    const using = end === undefined ? connection : endingAt(connection, end);
    const settings = { isMariaDb: await isMariaDb(), folder, mayMigrate: true };
    await bringUpToDate('the server', using, leases, settings);
  }

  /** Every table as the server says that it is, but for the migrations that were applied. */
  async function schema() {
    const names = (await rows('show tables')).map((row) => String(Object.values(row)[0]));
    const tables = new Map<string, string>();
    for (const name of names.filter((each) => each !== '__drizzle_migrations'))
      tables.set(name, String((await rows(`show create table ${name}`))[0]?.['Create Table']));
    return tables;
  }

  it('goes on, before and after each change of a table, to the same tables', async () => {
    await migrate();
    const whole = await schema();
    for (const name of [...whole.keys(), '__drizzle_migrations'].reverse()) {
      await connection.query('set foreign_key_checks = 0');
      await connection.query(`drop table ${name}`);
    }
    const changes = knownStatements('mysql').filter((sql) => CHANGE.test(sql) && !OWN.test(sql));
    expect(changes.length).toBeGreaterThan(20);
    for (const [index] of changes.entries()) {
      // After the first, each run begins with the change that the one before has made already.
      const isFirst = index === 0;
      await expect(migrate({ change: isFirst ? 1 : 2, isAfter: false })).rejects.toThrow(
        ConnectionLost,
      );
      await expect(migrate({ change: 1, isAfter: true })).rejects.toThrow(ConnectionLost);
    }
    await migrate();
    expect(await schema()).toEqual(whole);
    expect(await rows('select * from migration_progress')).toEqual([]);
    expect(await rows('select * from __drizzle_migrations')).toHaveLength(6);
  });

  it('takes no table of another program for its own, however often it starts', async () => {
    await connection.query('create table translation_tasks (id int primary key)');
    for (const _ of [1, 2, 3]) {
      const refusal = await migrate().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ConfigurationError);
      expect((refusal as Error).message).toMatch(
        /^the server: "CREATE TABLE `translation_tasks` \(" of a migration is refused \(Table 'translation_tasks' already exists\).*set database\.database to an empty database/,
      );
    }
    await connection.query('drop table translation_tasks');
    await migrate();
    expect(await rows('select * from __drizzle_migrations')).toHaveLength(6);
  });

  it('goes on once the disk is no longer full, which is another reason than a change that is made', async () => {
    const full = 'Can\'t create table `x`.`y` (errno: 28 "No space left on device")';
    const error = Object.assign(new Error(full), { errno: 1005 });
    for (const change of [1, 1, 3, 1])
      await expect(migrate({ change, isAfter: false, error })).rejects.toBe(error);
    await migrate();
    const [key] = await rows(
      "select 1 from information_schema.referential_constraints where constraint_schema = database() and constraint_name = 'translation_tasks_belongs_to_session'",
    );
    expect(key).toBeDefined();
  });

  it('goes on once the table is as the migration expects it, and not before', async () => {
    const older = await olderMigrations('mysql', 1);
    await migrate(undefined, older.folder);
    await older.remove();
    await connection.query('alter table translation_tasks drop index translation_tasks_by_status');
    for (const _ of [1, 2, 3])
      await expect(migrate()).rejects.toThrow(/"ALTER TABLE `translation_tasks`" .*can't drop/i);
    await connection.query(
      'create index translation_tasks_by_status on translation_tasks (status, task_id)',
    );
    await migrate();
    expect(await rows('select * from __drizzle_migrations')).toHaveLength(6);
  });
});
