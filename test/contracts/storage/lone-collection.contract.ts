import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { goneTasks } from '../../support/application/deleted-counts.js';
import { BASE_VERSION, SESSIONS, TASKS, taskWrite } from '../../support/records/writes.js';
import type { StorageUnderTest } from './store-under-test.js';

/**
 * A backend that holds only tasks: their sessions are in another store, and the service checks for
 * them and deletes with them. `subject` opens one that holds only tasks.
 */
export function describeLoneCollection(name: string, subject: StorageUnderTest): void {
  describe(`${name} with tasks alone`, () => {
    let store: StorageBackend;
    beforeAll(async () => {
      store = await subject.open();
    }, 120_000);
    afterAll(() => subject.close());

    it('accepts, merges and deletes tasks whose session it does not have', async () => {
      await store.write(TASKS, [taskWrite('t-1', 1), taskWrite('t-2', 1, { session_id: 's-2' })]);
      await store.write(TASKS, [taskWrite('t-1', 2, { status: 'completed' })]);
      expect((await store.read(TASKS, 't-1'))?.fields).toMatchObject({ status: 'completed' });
      const deletion = await store.delete(SESSIONS, 's-2', BASE_VERSION + 5);
      expect(deletion).toMatchObject({ version: BASE_VERSION + 5, descendants: goneTasks(1) });
      expect(await store.count(TASKS, [])).toBe(1);
      await store.healthCheck();
    });

    it('keeps a tombstone of a session that it does not have', async () => {
      await store.delete(SESSIONS, 's-3', BASE_VERSION + 5);
      const late = [taskWrite('t-3', 5, { session_id: 's-3' })];
      expect(await store.write(TASKS, late)).toBe(1);
      expect(await store.read(TASKS, 't-3')).toBeNull();
    });
  });
}
