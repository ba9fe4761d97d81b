import { expect, it, onTestFinished, vi } from 'vitest';
import { aSession, aTask } from '../../support/http/http-app.js';
import {
  describeOnMysqlServers,
  freshDatabase,
} from '../../support/mysql-servers/mysql-servers.js';
import { aService, ask, mysqlEnv, told } from '../../support/processes/mysql-service.js';

describeOnMysqlServers('two instances on one database', (server) => {
  it('release a task that waits at one instance for a session that arrives through the other', async () => {
    const database = await freshDatabase(server);
    onTestFinished(() => database.drop());
    const env = { ...mysqlEnv(database.url), BUFFER_FLUSH_INTERVAL: '1' };
    const [here, there] = [await aService(env), await aService(env)];
    await told(here, 'POST', 'tasks/batch?ack=stored', { tasks: [aTask('t-1')] });
    expect(await told(here, 'GET', 'quarantine')).toMatchObject({ total: 1 });
    await told(there, 'POST', 'sessions/batch?ack=stored', { sessions: [aSession('s-1')] });
    await vi.waitFor(
      async () => {
        expect(await told(here, 'GET', 'quarantine')).toMatchObject({ total: 0 });
        expect((await ask(there, 'GET', 'tasks/t-1')).status).toBe(200);
      },
      { timeout: 20_000, interval: 100 },
    );
  });
});
