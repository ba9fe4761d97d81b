import { expect, it, vi } from 'vitest';
import { aDatabase, describeOnGalera } from '../support/galera/galera-suite.js';
import { aSession, aTask } from '../support/http/http-app.js';
import { aService, ask, mysqlEnv, told } from '../support/processes/mysql-service.js';

const PAIRS = 20;

describeOnGalera('two services, each on its own node', (cluster) => {
  it('store a task whose session another node has only just received', async () => {
    await cluster.start();
    const database = await aDatabase(cluster);
    const [here, there] = [
      await aService({ ...mysqlEnv(cluster.urlOf(0, database)), BUFFER_FLUSH_INTERVAL: '1' }),
      await aService({ ...mysqlEnv(cluster.urlOf(1, database)), BUFFER_FLUSH_INTERVAL: '1' }),
    ];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const session = aSession(`s-${pair}`);
      const task = aTask(`t-${pair}`, { session_id: `s-${pair}` });
      // At the same moment, and the session first, in turn.
      const storing = told(here, 'POST', 'sessions/batch?ack=stored', { sessions: [session] });
      if (pair % 2 === 0) await storing;
      await told(there, 'POST', 'tasks/batch?ack=stored', { tasks: [task] });
      await storing;
    }
    await vi.waitFor(
      async () => {
        for (const service of [here, there]) {
          expect(await told(service, 'GET', 'quarantine')).toMatchObject({ total: 0 });
          const { total } = await told<{ total: number }>(service, 'GET', 'tasks?fresh=true');
          expect(total).toBe(PAIRS);
        }
      },
      { timeout: 20_000, interval: 100 },
    );
    expect((await ask(here, 'GET', 'tasks/t-0')).status).toBe(200);
  });
});
