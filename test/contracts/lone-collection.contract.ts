import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StorageBackend } from '../../src/ports/storage-backend.js';
import { TASKS, taskWrite } from '../support/writes.js';
import type { StorageUnderTest } from './store-under-test.js';

/**
 * A backend that tasks alone are routed to: their sessions are in another store, and the service
 * checks for them and deletes with them. `subject` opens one that holds tasks only.
 */
export function describeLoneCollection(name: string, subject: StorageUnderTest): void {
  describe(`${name} with tasks alone`, () => {
    let store: StorageBackend;
    beforeAll(async () => {
      store = await subject.open();
    }, 120_000);
    afterAll(() => subject.close());

    it('takes, merges and deletes tasks whose session it does not have', async () => {
      await store.write(TASKS, [taskWrite('t-1', 1), taskWrite('t-2', 1, { session_id: 's-2' })]);
      await store.write(TASKS, [taskWrite('t-1', 2, { session_id: 's-3', status: 'completed' })]);
      expect((await store.read(TASKS, 't-1'))?.fields).toMatchObject({
        session_id: 's-3',
        status: 'completed',
      });
      const ofSession = { kind: 'one-of', field: 'session_id', values: ['s-2'] } as const;
      expect(await store.delete(TASKS, [ofSession], 10)).toBe(1);
      expect(await store.count(TASKS, [])).toBe(1);
      await store.healthCheck();
    });
  });
}
