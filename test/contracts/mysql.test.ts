import { describe, expect, it } from 'vitest';
import type { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { describeOnMysqlServers, freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import { mysqlBackendOn, mysqlUnderTest } from '../support/stores/mysql-under-test.js';
import { describeEveryStorageRule } from './storage/every-storage-rule.contract.js';

describeOnMysqlServers('mysql', (server) => {
  describeEveryStorageRule(server.label, (collections) => mysqlUnderTest(server, collections), {
    propertyRuns: 60,
  });

  describe(`${server.label} shared by two services`, () => {
    const collections = ['translation_sessions', 'translation_tasks'] as const;

    it('grants a lease to one of them at a time, and to the other when the work ends or fails', async () => {
      const database = await freshDatabase(server);
      const [first, second] = [1, 2].map(() => mysqlBackendOn(database.url, collections)) as [
        MysqlBackend,
        MysqlBackend,
      ];
      try {
        const during = await first.withLease('work', () =>
          second.withLease('work', async () => 'second'),
        );
        expect(during).toBe(null);
        // The server detects a moment later that the connection with the lock is closed.
        await expect.poll(() => second.withLease('work', async () => 'second')).toBe('second');
        const failing = () => first.withLease('work', () => Promise.reject(new Error('it failed')));
        await expect.poll(() => failing().catch(({ message }) => message)).toBe('it failed');
        await expect.poll(() => second.withLease('work', async () => 'again')).toBe('again');
      } finally {
        await first.close();
        await second.close();
        await database.drop();
      }
    });
  });
});
