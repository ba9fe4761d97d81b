import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MysqlBackend } from '../../../src/adapters/storage/mysql/mysql-backend.js';
import { SystemClock } from '../../../src/adapters/time/system-clock.js';
import { RecordingLogger } from '../../support/application/fakes.js';
import { aSession } from '../../support/http/http-app.js';
import { withConnection } from '../../support/mysql-servers/connection.js';
import { aUser, PASSWORD } from '../../support/mysql-servers/limited-user.js';
import { freshDatabase } from '../../support/mysql-servers/mysql-servers.js';
import { PRIVATE_PRODUCTS } from '../../support/mysql-servers/private-products.js';
import type { PrivateServer } from '../../support/mysql-servers/private-server.js';
import { aService, ask, mysqlEnv, told } from '../../support/processes/mysql-service.js';
import { privateServerOfSuite } from '../../support/processes/private-server-of-suite.js';

async function statements(url: string, ...sql: readonly string[]) {
  return withConnection(url, async (query) => {
    let rows: Awaited<ReturnType<typeof query>> = [];
    for (const statement of sql) rows = await query(statement);
    return rows;
  });
}

async function aDatabase(server: PrivateServer): Promise<string> {
  const database = await freshDatabase(server);
  onTestFinished(() => database.drop());
  return database.url;
}

/** A database with the schema of this version. */
async function aMigratedDatabase(server: PrivateServer): Promise<string> {
  const url = await aDatabase(server);
  const env = mysqlEnv(url);
  const backend = new MysqlBackend({
    clock: new SystemClock(),
    host: env.DATABASE_HOST ?? '',
    port: Number(env.DATABASE_PORT),
    user: 'root',
    password: '',
    database: env.DATABASE_DATABASE ?? '',
    poolSize: 2,
    migrateOnStart: true,
    collections: ['translation_sessions', 'translation_tasks'],
    logger: new RecordingLogger(),
  });
  await backend.open();
  await backend.close();
  return url;
}

/** Starts a service that must not start; returns its one line of output besides the log. */
async function refusal(env: Readonly<Record<string, string>>): Promise<string> {
  const service = await aService(env, 'spawn');
  expect([await service.exited, service.output]).toEqual([78, expect.any(String)]);
  expect(service.output).not.toContain(PASSWORD);
  expect(service.output).not.toContain('sesame');
  const said = service.output.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  expect(said).toHaveLength(1);
  return said[0] ?? '';
}

const healthOf = async (service: Parameters<typeof ask>[0]) => {
  const { status, body } = await ask(service, 'GET', '/health');
  return [status, body.status, body.database];
};

describe.each(PRIVATE_PRODUCTS)('the service started on a private %s', (_product, start) => {
  const server = privateServerOfSuite(start);

  it('names the settings to change if the password is wrong', async () => {
    const database = new URL(await aDatabase(server())).pathname.slice(1);
    const url = await aUser(server(), 'forgetful', database, `all on ${database}.*`);
    const said = await refusal({ ...mysqlEnv(url), DATABASE_PASSWORD: `${PASSWORD}!` });
    expect(said).toMatch(/refuses this user and password.+database\.password/);
    expect(said).toContain('forgetful@127.0.0.1');
  });

  it('logs in with a password, and does not log it', async () => {
    const database = new URL(await aDatabase(server())).pathname.slice(1);
    const url = await aUser(server(), 'app', database, `all on ${database}.*`);
    const service = await aService({ ...mysqlEnv(url), LOGGING_LEVEL: 'debug' });
    expect(await healthOf(service)).toEqual([200, 'healthy', 'healthy']);
    expect(await service.stop()).toBe(0);
    expect(service.output).not.toContain('sesame');
  });

  it('creates a missing database if its user has the privilege', async () => {
    const url = await aUser(server(), 'maker', 'made_at_start', 'all on made_at_start.*');
    onTestFinished(async () => {
      await statements(server().url, 'drop database if exists made_at_start');
    });
    const service = await aService(mysqlEnv(url));
    expect(await healthOf(service)).toEqual([200, 'healthy', 'healthy']);
    expect(service.output).toContain('made_at_start was missing and has been created');
  });

  it.each([
    ['may only read and write it', 'select, insert, update, delete on never_made.*'],
    ['may not use it at all', 'usage on *.*'],
  ])(
    'names the privilege to grant if a database is missing and its user %s',
    async (_what, privileges) => {
      const url = await aUser(server(), 'guest', 'never_made', privileges);
      expect(await refusal(mysqlEnv(url))).toMatch(/grant it all privileges|create it/);
    },
  );

  it('reports that the server is read-only, and writes nothing', async () => {
    const url = await aDatabase(server());
    await statements(server().url, 'set global read_only = 1');
    const said = await refusal(mysqlEnv(url)).finally(() =>
      statements(server().url, 'set global read_only = 0'),
    );
    expect(said).toMatch(/read-only.+database\.host.+disable read_only/);
    expect(await statements(url, 'show tables')).toEqual([]);
  });

  it('names the column whose collation does not distinguish all texts', async () => {
    const url = await aMigratedDatabase(server());
    await statements(
      url,
      'alter table translation_sessions modify filename varchar(255) character set utf8mb4 collate utf8mb4_general_ci not null',
    );
    const said = await refusal(mysqlEnv(url));
    expect(said).toMatch(/translation_sessions\.filename .+ utf8mb4_general_ci.+Convert it to/);
  });

  it('does not change a schema that is newer than itself', async () => {
    const url = await aMigratedDatabase(server());
    await statements(
      url,
      "insert into __drizzle_migrations (hash, created_at) values ('of the future', 9999999999999)",
    );
    expect(await refusal(mysqlEnv(url))).toMatch(
      /is newer than .+ Start the version that created it/,
    );
  });

  it('does not change an older schema without permission to migrate', async () => {
    const url = await aDatabase(server());
    const said = await refusal({ ...mysqlEnv(url), STORAGE_MIGRATE_ON_START: 'false' });
    expect(said).toMatch(
      /is older than .+ Run "node dist\/main\.js migrate", or set storage\.migrate_on_start/,
    );
    expect(await statements(url, 'show tables')).toEqual([]);
  });

  it('migrates once if several instances start at the same moment on an empty database', async () => {
    const url = await aDatabase(server());
    const services = await Promise.all(Array.from({ length: 4 }, () => aService(mysqlEnv(url))));
    for (const [index, service] of services.entries()) {
      expect(await healthOf(service)).toEqual([200, 'healthy', 'healthy']);
      const sessions = [aSession(`s-${index}`)];
      await told(service, 'POST', 'sessions/batch?ack=stored', { sessions });
    }
    for (const service of services) {
      expect(await told(service, 'GET', 'sessions')).toMatchObject({ total: 4 });
    }
    const [row] = await statements(
      url,
      'select count(*) as applied, count(distinct created_at) as known from __drizzle_migrations',
    );
    expect(row?.applied).toBe(row?.known);
  });

  it('starts while nothing listens, accepts, and stores when the server is available', async () => {
    const url = await aDatabase(server());
    await server().stop();
    const service = await aService({ ...mysqlEnv(url), BUFFER_FLUSH_INTERVAL: '0.2' });
    expect(await healthOf(service)).toEqual([503, 'unhealthy', 'unhealthy']);
    expect(service.output).toMatch(
      /the connection was refused: start the server, or set database\.host/,
    );
    expect((await ask(service, 'GET', '/health/ready')).status).toBe(200);
    await told(service, 'POST', 'sessions/batch', { sessions: [aSession('s-early')] });
    expect(await ask(service, 'POST', 'flush')).toMatchObject({
      status: 503,
      body: { error_code: 'STORAGE_UNAVAILABLE' },
    });

    await server().restart();
    await vi.waitFor(
      async () => expect(await healthOf(service)).toEqual([200, 'healthy', 'healthy']),
      { timeout: 20_000, interval: 100 },
    );
    await vi.waitFor(
      async () => expect(await told(service, 'GET', 'sessions')).toMatchObject({ total: 1 }),
      { timeout: 60_000, interval: 100 },
    );
    expect(await service.stop()).toBe(0);
  });
});
