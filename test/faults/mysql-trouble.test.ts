import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { SystemClock } from '../../src/adapters/time/system-clock.js';
import { RecordingLogger } from '../support/application/fakes.js';
import { aSession } from '../support/http/http-app.js';
import { withConnection } from '../support/mysql-servers/connection.js';
import { cutOff } from '../support/mysql-servers/cut-off.js';
import { freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import { PRIVATE_PRODUCTS } from '../support/mysql-servers/private-products.js';
import type { PrivateServer } from '../support/mysql-servers/private-server.js';
import { aService, ask, mysqlEnv, told } from '../support/processes/mysql-service.js';
import { privateServerOfSuite } from '../support/processes/private-server-of-suite.js';
import type { ServiceProcess } from '../support/processes/service-process.js';
import { connectionOf } from '../support/stores/mysql-connection.js';

/** Statements of an administrator; `{db}` is the database of the service. */
interface Trouble {
  readonly broken: readonly string[];
  readonly mended: readonly string[];
  readonly says: RegExp;
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'the password of its user is changed': {
    broken: ["alter user 'app'@'%' identified by 'rotated'"],
    mended: ["alter user 'app'@'%' identified by 'secret'"],
    says: /refuses this user and password/,
  },
  'its user is locked': {
    broken: ["alter user 'app'@'%' account lock"],
    mended: ["alter user 'app'@'%' account unlock"],
    says: /account of the user is locked/,
  },
  'its user loses its privileges': {
    broken: ["revoke all on {db}.* from 'app'@'%'"],
    mended: ["grant all on {db}.* to 'app'@'%'"],
    says: /grant it all privileges/,
  },
  'a table is renamed': {
    broken: ['rename table {db}.translation_sessions to {db}.aside'],
    mended: ['rename table {db}.aside to {db}.translation_sessions'],
    says: /a table is missing/,
  },
  'its database is dropped': {
    broken: ['drop database {db}'],
    mended: ['create database {db}'],
    says: /no such database|a table is missing/,
  },
};

async function administer(server: PrivateServer, statements: readonly string[], database = '') {
  await withConnection(server.url, async (query) => {
    for (const statement of statements) await query(statement.replaceAll('{db}', database));
  });
}

/** A database with its own user, whose connections can be cut off. */
async function aDatabaseOfApp(server: PrivateServer) {
  const database = await freshDatabase(server);
  await administer(
    server,
    [
      "create user 'app'@'%' identified by 'secret'",
      "grant all on {db}.* to 'app'@'%'",
      // Otherwise MariaDB matches an anonymous user before the named one.
      'flush privileges',
    ],
    database.name,
  );
  onTestFinished(async () => {
    await administer(server, ["drop user 'app'@'%'"]);
    await database.drop();
  });
  const url = new URL(database.url);
  url.username = 'app';
  url.password = 'secret';
  return { name: database.name, url: url.href, admin: database.url };
}

async function migrate(url: string) {
  const backend = new MysqlBackend({
    clock: new SystemClock(),
    ...connectionOf(url),
    poolSize: 2,
    migrateOnStart: true,
    collections: ['translation_sessions', 'translation_tasks'],
    logger: new RecordingLogger(),
  });
  await backend.open();
  await backend.close();
}

const unavailable = { status: 503, body: { error_code: 'STORAGE_UNAVAILABLE' } };

/** Everything that needs the store is 503 with the reason, and writes are accepted. */
async function expectTrouble(service: ServiceProcess, says: RegExp, late: string) {
  await told(service, 'POST', 'sessions/batch', { sessions: [aSession(late)] });
  // More often than the circuit breaker permits: the reason is reported all the same.
  for (let call = 0; call < 8; call += 1) {
    const list = await ask(service, 'GET', 'sessions');
    expect(list).toMatchObject(unavailable);
    expect(list.body.detail).toMatch(says);
  }
  const flush = await ask(service, 'POST', 'flush');
  expect(flush).toMatchObject(unavailable);
  expect(flush.body.detail).toMatch(says);
  const health = await ask(service, 'GET', '/health');
  expect(health).toMatchObject({ status: 503, body: { database: 'unhealthy' } });
  expect(JSON.stringify(health.body)).toMatch(says);
  expect((await ask(service, 'GET', '/health/ready')).status).toBe(200);
  expect(service.output).toMatch(says);
}

async function expectAllStored(service: ServiceProcess, late: string) {
  await vi.waitFor(
    async () => {
      const health = await ask<{ buffer?: { pending: number } }>(service, 'GET', '/health');
      expect([health.status, health.body.buffer?.pending]).toEqual([200, 0]);
    },
    { timeout: 60_000, interval: 100 },
  );
  expect(await told(service, 'GET', `sessions/${late}`)).toMatchObject({ session_id: late });
}

describe.each(PRIVATE_PRODUCTS)(
  'a running service whose store on %s gets into trouble',
  (_what, start) => {
    const server = privateServerOfSuite(start);

    it.each(Object.entries(TROUBLES))(
      'keeps writes while %s, reports it, and recovers',
      async (...of) => {
        const [, { broken, mended, says }] = of;
        const database = await aDatabaseOfApp(server());
        const service = await aService({
          ...mysqlEnv(database.url),
          BUFFER_FLUSH_INTERVAL: '0.5',
          DATABASE_POOL_SIZE: '3',
        });
        await told(service, 'POST', 'sessions/batch?ack=stored', {
          sessions: [aSession('s-early')],
        });
        await administer(server(), broken, database.name);
        await cutOff(server().url, 'app');
        await expectTrouble(service, says, 's-late');

        await administer(server(), mended, database.name);
        if (broken.some((statement) => statement.startsWith('drop'))) await migrate(database.admin);
        await cutOff(server().url, 'app');
        await expectAllStored(service, 's-late');
        expect(await service.stop()).toBe(0);
      },
    );

    it('keeps writes while the server accepts none, and serves reads', async () => {
      const database = await aDatabaseOfApp(server());
      const service = await aService({ ...mysqlEnv(database.url), BUFFER_FLUSH_INTERVAL: '0.1' });
      await told(service, 'POST', 'sessions/batch?ack=stored', { sessions: [aSession('s-early')] });
      await administer(server(), ['set global read_only = 1']);
      onTestFinished(() => administer(server(), ['set global read_only = 0']));
      await told(service, 'POST', 'sessions/batch', { sessions: [aSession('s-late')] });
      for (let call = 0; call < 8; call += 1) {
        const flush = await ask(service, 'POST', 'flush');
        expect(flush).toMatchObject(unavailable);
        expect(flush.body.detail).toMatch(/the server is read-only/);
      }
      expect(await told(service, 'GET', 'sessions')).toMatchObject({ total: 1 });
      await administer(server(), ['set global read_only = 0']);
      await expectAllStored(service, 's-late');
    });

    it('keeps writes and keeps running if the server was down at the start and then refuses its user', async () => {
      const {
        broken = [],
        mended = [],
        says = /^/,
      } = TROUBLES['the password of its user is changed'] ?? {};
      const database = await aDatabaseOfApp(server());
      await administer(server(), broken);
      await server().stop();
      const service = await aService({ ...mysqlEnv(database.url), BUFFER_FLUSH_INTERVAL: '0.5' });
      expect((await ask(service, 'GET', '/health')).status).toBe(503);
      await server().restart();
      // The circuit breaker asks once per second, and reports the previous reason until then.
      await vi.waitFor(
        async () => {
          const { body } = await ask(service, 'GET', 'sessions');
          expect(body.detail).toMatch(says);
        },
        { timeout: 20_000, interval: 100 },
      );
      await expectTrouble(service, says, 's-late');
      await administer(server(), mended);
      await expectAllStored(service, 's-late');
    });
  },
);

it('a service starts and accepts writes while the host name cannot be resolved', async () => {
  // An invalid host name, so that no name server has to be asked.
  const service = await aService({
    ...mysqlEnv('mysql://root@nowhere:3306/jobs'),
    DATABASE_HOST: 'x'.repeat(64),
  });
  await expectTrouble(
    service,
    /the host name is unknown: start the server, or set database\.host/,
    's-1',
  );
});
