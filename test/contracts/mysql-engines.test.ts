import { expect, it, onTestFinished } from 'vitest';
import { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { INSTANCES } from '../../src/adapters/storage/sql/tables/internal-tables.js';
import { SystemClock } from '../../src/adapters/time/system-clock.js';
import { ConfigurationError } from '../../src/ports/configuration-error.js';
import { RecordingLogger } from '../support/application/fakes.js';
import { withConnection } from '../support/mysql-servers/connection.js';
import {
  describeOnMysqlServers,
  freshDatabase,
  privateServerFor,
} from '../support/mysql-servers/mysql-servers.js';
import { startPrivateMariaDb } from '../support/mysql-servers/private-mariadb.js';
import { connectionOf } from '../support/stores/mysql-connection.js';

/** Stores on one database, which is dropped when the test ends. */
async function aDatabase(server: Parameters<typeof freshDatabase>[0]) {
  const database = await freshDatabase(server);
  onTestFinished(() => database.drop());
  const query = (...statements: readonly string[]) =>
    withConnection(database.url, async (send) => {
      let rows: Awaited<ReturnType<typeof send>> = [];
      for (const statement of statements) rows = await send(statement);
      return rows;
    });
  const open = async () => {
    const store = new MysqlBackend({
      clock: new SystemClock(),
      ...connectionOf(database.url),
      poolSize: 2,
      migrateOnStart: true,
      collections: ['translation_sessions', 'translation_tasks'],
      logger: new RecordingLogger(),
    });
    onTestFinished(() => store.close());
    await store.open();
  };
  return { query, open };
}

describeOnMysqlServers('a store whose tables use another engine than InnoDB', (server) => {
  it('is refused, with the tables and what to do, until they are converted', async () => {
    const { query, open } = await aDatabase(server);
    await open();
    await query(`alter table ${INSTANCES.name} engine = MyISAM`);
    const refused = open();
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(`InnoDB: ${INSTANCES.name} (MyISAM).`);
    await query(`alter table ${INSTANCES.name} engine = InnoDB`);
    await open();
  });
});

it('a server with another default engine creates InnoDB tables', async (context) => {
  const server = await privateServerFor(context, startPrivateMariaDb, {
    args: ['--default-storage-engine=Aria'],
  });
  const { query, open } = await aDatabase(server);
  await open();
  const ofThisDatabase = 'where table_schema = database()';
  expect(
    await query(`select distinct engine as found from information_schema.tables ${ofThisDatabase}`),
  ).toEqual([{ found: 'InnoDB' }]);
  expect(
    await query(
      `select constraint_name as name from information_schema.table_constraints ${ofThisDatabase} and constraint_type = 'FOREIGN KEY'`,
    ),
  ).toEqual([{ name: 'translation_tasks_belongs_to_session' }]);
});
