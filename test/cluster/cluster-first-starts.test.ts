import { join } from 'node:path';
import { expect, it } from 'vitest';
import { knownMigrations } from '../../src/adapters/storage/sql/tables/schema-version.js';
import { settled } from '../support/galera/galera-stores.js';
import { aDatabase, describeOnGalera } from '../support/galera/galera-suite.js';
import { aSession, aTask } from '../support/http/http-app.js';
import { aService, told } from '../support/processes/mysql-service.js';

const KNOWN = knownMigrations(join(import.meta.dirname, '../../migrations/mysql'));
const ROUNDS = Number(process.env.CLUSTER_FIRST_STARTS ?? 4);

describeOnGalera('two first starts at the same moment, on two nodes,', (cluster) => {
  it(
    'end with one whole schema and two running instances, again and again',
    async () => {
      await cluster.start();
      for (let round = 0; round < ROUNDS; round += 1) {
        const database = await aDatabase(cluster);
        await settled(cluster);
        const services = await Promise.all(
          [0, 1].map((index) =>
            aService({
              STORAGE_BACKEND: 'mysql',
              DATABASE_HOSTS: JSON.stringify([`127.0.0.1:${cluster.node(index).port}`]),
              DATABASE_USER: 'root',
              DATABASE_DATABASE: database,
              BUFFER_DURABILITY: 'stored',
            }),
          ),
        );
        for (const [index, service] of services.entries()) {
          const session = aSession(`s-${index}`);
          await told(service, 'POST', 'sessions/batch', { sessions: [session] });
          const tasks = [aTask(`t-${index}`, { session_id: `s-${index}` })];
          await told(service, 'POST', 'tasks/batch', { tasks });
        }
        for (const service of services) {
          expect(await told(service, 'GET', 'tasks')).toMatchObject({ total: 2 });
          expect(await told(service, 'GET', '/health')).toMatchObject({ status: 'healthy' });
        }
        for (const node of cluster.nodes) {
          const rows = await node.query('select created_at from __drizzle_migrations', database);
          expect(rows.map(({ created_at }) => Number(created_at))).toEqual(KNOWN);
        }
        for (const service of services) expect(await service.stop()).toBe(0);
      }
      console.info(`${ROUNDS} pairs of first starts`);
    },
    60_000 + ROUNDS * 20_000,
  );
});
