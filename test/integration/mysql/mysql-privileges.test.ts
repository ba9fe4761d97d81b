import { describe, expect, it, onTestFinished } from 'vitest';
import { documentedPrivileges } from '../../support/documents/privileges.js';
import { aSession, aTask } from '../../support/http/http-app.js';
import { aUser } from '../../support/mysql-servers/limited-user.js';
import { freshDatabase } from '../../support/mysql-servers/mysql-servers.js';
import { PRIVATE_PRODUCTS } from '../../support/mysql-servers/private-products.js';
import { aService, mysqlEnv, told } from '../../support/processes/mysql-service.js';
import { privateServerOfSuite } from '../../support/processes/private-server-of-suite.js';
import type { ServiceProcess } from '../../support/processes/service-process.js';

/** Every kind of statement that a service sends: a store that refused one would answer 503. */
async function workWith(service: ServiceProcess): Promise<void> {
  const session = aSession('s-1', { status: 'failed' });
  const failed = aTask('t-1', { session_id: 's-1', status: 'failed', error_message: 'timeout' });
  const orphan = aTask('t-2', { session_id: 'later' });
  await told(service, 'POST', 'tasks/batch', { tasks: [orphan] });
  await told(service, 'POST', 'flush');
  const quarantine = await told<{ total: number }>(service, 'GET', 'quarantine');
  expect(quarantine.total).toBe(1);
  await told(service, 'POST', 'sessions/batch', { sessions: [session, aSession('later')] });
  await told(service, 'POST', 'tasks/batch?ack=stored', { tasks: [failed] });
  expect(await told(service, 'POST', 'sessions/s-1/retry')).toMatchObject({ retried_tasks: 1 });
  expect(await told(service, 'GET', 'sessions/s-1/progress?fresh=true')).toMatchObject({
    by_status: { pending: 1 },
  });
  await told(service, 'GET', 'tasks?fresh=true');
  await told(service, 'GET', 'failures');
  expect(await told(service, 'GET', 'stats?fresh=true')).toMatchObject({ tasks: { total: 2 } });
  expect(await told(service, 'DELETE', 'sessions/s-1')).toMatchObject({ deleted_tasks: 1 });
  await told(service, 'POST', 'sessions/cleanup?completed_days=0&failed_days=0');
  expect(await told(service, 'GET', '/health')).toMatchObject({ status: 'healthy' });
}

describe.each(PRIVATE_PRODUCTS)(
  'a service with the documented privileges on %s',
  (_product, start) => {
    const server = privateServerOfSuite(start);
    const { migrating, running } = documentedPrivileges();

    async function anEmptyDatabase(): Promise<string> {
      const database = await freshDatabase(server());
      onTestFinished(() => database.drop());
      return database.name;
    }

    it('migrates its tables and does everything with them', async () => {
      const name = await anEmptyDatabase();
      const url = await aUser(server(), 'owner', name, `${migrating} on ${name}.*`);
      await workWith(await aService(mysqlEnv(url)));
    });

    it('does everything with tables that another user has migrated', async () => {
      const name = await anEmptyDatabase();
      const owner = await aUser(server(), 'owner', name, `${migrating} on ${name}.*`);
      await (await aService(mysqlEnv(owner))).stop();
      const url = await aUser(server(), 'runner', name, `${running} on ${name}.*`);
      await workWith(await aService({ ...mysqlEnv(url), STORAGE_MIGRATE_ON_START: 'false' }));
    });
  },
);
