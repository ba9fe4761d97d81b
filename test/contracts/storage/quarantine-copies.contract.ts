import { describe, expect, it } from 'vitest';
import type { QuarantinedRecord } from '../../../src/ports/quarantine.js';
import { BASE_VERSION, SESSIONS, TASKS, taskWrite } from '../../support/records/writes.js';
import { type StorageUnderTest, storeOf } from './store-under-test.js';

const NOON = 1_790_000_000_000;
const ALL = { records: 1000, bytes: 100_000_000 };

function copyOf(key: string, version: number, more: Partial<QuarantinedRecord> = {}) {
  return {
    id: `00000000-0000-4000-8000-${key.padStart(12, '0')}`,
    collection: TASKS.name,
    write: taskWrite(key, version, { source_text: '漢字 🗡\n', target_text: null }),
    reason: 'CONSTRAINT: a value breaks a constraint of the table',
    missingParent: null,
    attempts: 4,
    quarantinedAt: NOON + 7,
    ...more,
  };
}

/** The part of the contract of ports/quarantine.ts that concerns another store. */
export function describeQuarantineCopies(name: string, subject: StorageUnderTest): void {
  describe(`The quarantine of ${name}, with records of another store`, () => {
    const { store } = storeOf(subject);
    const list = () => store().quarantine.list(0, ALL);
    const put = (...records: readonly QuarantinedRecord[]) =>
      store().quarantine.put(TASKS, records);

    it('keeps them as they were, however often they are put', async () => {
      const records = [copyOf('2', 5, { quarantinedAt: NOON + 9 }), copyOf('1', 5)];
      for (const _ of [1, 2, 3]) await put(...records);
      expect(await list()).toEqual(records);
      await put();
      expect(await store().quarantine.count()).toBe(2);
    });

    it('merges them with its own of the same task and session, and keeps its id', async () => {
      const own = {
        write: taskWrite('1', 8, { batch_id: 'own' }),
        reason: 'own',
        missingParent: null,
      };
      await store().quarantine.add(TASKS, [own], NOON + 20);
      const [before] = await list();
      for (const _ of [1, 2]) await put(copyOf('1', 5));
      const [after, ...more] = await list();
      expect(more).toEqual([]);
      expect(after).toMatchObject({ id: before?.id, reason: 'own', attempts: 4 });
      expect(after?.quarantinedAt).toBe(NOON + 20);
      expect(after?.write).toMatchObject({
        version: BASE_VERSION + 8,
        fields: { batch_id: 'own', target_text: null },
      });
      await put(copyOf('1', 5, { write: taskWrite('1', 5, { session_id: 's-2' }), id: 'other' }));
      expect(await store().quarantine.count()).toBe(2);
    });

    it('replaces its own record by one that contains it', async () => {
      const own = { write: taskWrite('1', 5), reason: 'own', missingParent: null };
      await store().quarantine.add(TASKS, [own], NOON + 20);
      for (const _ of [1, 2]) await put(copyOf('1', 5));
      expect(await list()).toEqual([copyOf('1', 5)]);
      for (const _ of [1, 2]) await put(copyOf('1', 7, { attempts: 5, reason: 'later' }));
      expect(await list()).toEqual([copyOf('1', 7, { attempts: 5, reason: 'later' })]);
    });

    it('counts another attempt if a change would not show otherwise', async () => {
      await put(copyOf('1', 5, { attempts: 9 }));
      const [read] = await list();
      await put(copyOf('1', 6, { attempts: 2 }));
      expect(read === undefined ? null : await store().quarantine.remove([read])).toBe(0);
      expect(await list()).toMatchObject([{ attempts: 10, write: { version: BASE_VERSION + 6 } }]);
    });

    it('does not take what a delete covers', async () => {
      await store().delete(SESSIONS, 's-1', BASE_VERSION + 100);
      await put(copyOf('1', 100), copyOf('2', 101));
      expect((await list()).map(({ write }) => write.key)).toEqual(['2']);
    });
  });
}
