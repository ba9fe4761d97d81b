import { afterEach, describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { versionAt } from '../../../src/domain/version.js';
import { newWrite } from '../../../src/domain/write.js';
import { type Application, anApplication } from '../../support/application/application.js';
import { expectBalanced } from '../../support/application/balance.js';
import { goneTasks } from '../../support/application/deleted-counts.js';
import { settle } from '../../support/application/fake-clock.js';
import { quarantined } from '../../support/http/pages.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../support/records/records.js';

let app: Application;

async function started(options: Parameters<typeof anApplication>[0] = {}): Promise<void> {
  app = anApplication(options);
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
  await app.buffer.flush();
  app.taskStore.attempts.length = 0;
}

afterEach(() => expectBalanced(app));

describe('a record that the store refuses', () => {
  it('is quarantined with the reason, and its neighbours are stored', async () => {
    await started();
    app.taskStore.refused.add('t-5');
    await app.acceptBatch.accept(TASKS, someTasks(16));
    await app.buffer.flush();
    expect(await app.taskStore.count(TASKS, [])).toBe(15);
    expect((await quarantined(app, 1, 20)).items).toMatchObject([
      {
        collection: 'translation_tasks',
        reason: 'CONSTRAINT: a value breaks a constraint of the table',
        attempts: 1,
        write: { key: 't-5' },
      },
    ]);
  });

  it.each(['TOO_LARGE', 'VALUE_OUT_OF_RANGE'] as const)(
    'for its content (%s) is no orphan, although its session is missing',
    async (reason) => {
      await started();
      app.taskStore.refused.add('t-1');
      app.taskStore.refusedFor = reason;
      await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { session_id: 'missing' })]);
      await app.buffer.flush();
      app.taskStore.refused.clear();
      await app.acceptBatch.accept(SESSIONS, [aSessionRecord('missing')]);
      await app.buffer.flush();
      expect((await quarantined(app, 1, 20)).items).toMatchObject([
        { reason: `${reason}: a value breaks a constraint of the table`, write: { key: 't-1' } },
      ]);
    },
  );

  it.each([1, 2, 3, 100, 1000])(
    'is found among %i in at most ⌈log₂ n⌉ rounds of bisection',
    async (count) => {
      await started();
      app.taskStore.refused.add(`t-${Math.floor(count / 3)}`);
      await app.acceptBatch.accept(TASKS, someTasks(count));
      await app.buffer.flush();
      const failing = app.taskStore.attempts.filter((keys) =>
        keys.some((key) => app.taskStore.refused.has(key)),
      );
      expect(failing.length - 1).toBeLessThanOrEqual(Math.ceil(Math.log2(count)));
      expect(await app.countQuarantined.count()).toBe(1);
    },
  );

  it('is not assumed to be bad when the store goes down during the bisection', async () => {
    await started();
    app.taskStore.refused.add('t-3');
    await app.acceptBatch.accept(TASKS, someTasks(8));
    const { taskStore } = app;
    const write = taskStore.write.bind(taskStore);
    taskStore.write = async (collection, writes) => {
      if (taskStore.attempts.length === 3) taskStore.down = true;
      return write(collection, writes);
    };
    await expect(app.buffer.flush()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(await app.countQuarantined.count()).toBe(0);
    expect(app.buffer.snapshot().pending).toBe(8);
    taskStore.write = write;
    taskStore.down = false;
    await app.buffer.flush();
    expect(await app.countQuarantined.count()).toBe(1);
    expect(await taskStore.count(TASKS, [])).toBe(7);
  });

  it('can be released, all or by id, and counts its attempts', async () => {
    await started();
    app.taskStore.refused.add('t-0').add('t-1');
    await app.acceptBatch.accept(TASKS, someTasks(2));
    await app.buffer.flush();
    expect(await app.manageQuarantine.requeue(null)).toBe(2);
    expect(await quarantined(app, 1, 20)).toMatchObject({
      total: 2,
      items: [{ attempts: 2 }, { attempts: 2 }],
    });
    app.taskStore.refused.clear();
    const { id = '' } = (await quarantined(app, 1, 20)).items[0] ?? {};
    expect(await app.manageQuarantine.requeue([id, id, 'no such id'])).toBe(1);
    expect(await app.countQuarantined.count()).toBe(1);
    expect(await app.taskStore.count(TASKS, [])).toBe(1);
  });

  it('is removed only if nothing was added to it since it was read', async () => {
    await started();
    app.taskStore.refused.add('t-1');
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { context: 'shop' })]);
    app.taskStore.refused.clear();
    const { quarantine } = app.taskStore;
    const remove = quarantine.remove.bind(quarantine);
    quarantine.remove = async (rows) => {
      // A newer write of the same key is refused on another instance before the old one is removed.
      await quarantine.add(
        TASKS,
        [
          {
            write: newWrite('t-1', versionAt(app.clock.now() + 1), {
              ...aTaskRecord('t-1').fields,
              target_text: 'épée',
            }),
            reason: 'CONSTRAINT: as another instance saw it',
            missingParent: null,
          },
        ],
        1,
      );
      return remove(rows);
    };
    expect(await app.manageQuarantine.requeue(null)).toBe(1);
    quarantine.remove = remove;
    expect((await quarantined(app, 1, 20)).items).toMatchObject([
      { write: { fields: { context: 'shop', target_text: 'épée' } } },
    ]);
    await app.manageQuarantine.requeue(null);
    expect(await app.countQuarantined.count()).toBe(0);
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields.target_text).toBe('épée');
  });

  it('stays and is not lost when it is released while the store is down', async () => {
    await started();
    app.taskStore.refused.add('t-1');
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1')]);
    app.taskStore.refused.clear();
    app.taskStore.losesAnswers = true;
    await expect(app.manageQuarantine.requeue(null)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    });
    app.taskStore.losesAnswers = false;
    expect(await app.countQuarantined.count()).toBe(1);
    expect(await app.manageQuarantine.requeue(null)).toBe(1);
    expect(await app.countQuarantined.count()).toBe(0);
    expect(await app.taskStore.count(TASKS, [])).toBe(1);
  });

  it('lets flushes run while very many records are released', async () => {
    await started();
    const refused = someTasks(1200);
    for (const { key } of refused) app.taskStore.refused.add(key);
    await app.acceptBatch.acceptAndStore(TASKS, refused);
    app.taskStore.refused.clear();
    const release = app.taskStore.hang();
    const requeued = app.manageQuarantine.requeue(null);
    await settle();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('between')]);
    const flushed = app.buffer.flush().then(() => app.countQuarantined.count());
    release();
    expect(await flushed).toBeGreaterThan(0);
    expect(await requeued).toBe(1200);
    expect(await app.taskStore.count(TASKS, [])).toBe(1201);
  });

  it('does not overwrite a newer version when it is released', async () => {
    await started();
    app.taskStore.refused.add('t-1');
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { target_text: 'old' })]);
    await app.buffer.flush();
    app.taskStore.refused.clear();
    await app.clock.advance(1000);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { target_text: 'new' })]);
    await app.buffer.flush();
    expect(await app.manageQuarantine.requeue(null)).toBe(1);
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields.target_text).toBe('new');
  });

  it('is kept once per key, the refused versions merged', async () => {
    await started();
    app.taskStore.refused.add('t-1');
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { context: 'shop' })]);
    await app.buffer.flush();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'completed' })]);
    await app.buffer.flush();
    expect(await quarantined(app, 1, 20)).toMatchObject({
      total: 1,
      items: [{ attempts: 2, write: { fields: { context: 'shop', status: 'completed' } } }],
    });
  });

  it('is listed in pages over all stores, newest first in each', async () => {
    await started({ split: true });
    app.sessionStore.refused.add('s-2').add('s-3').add('s-4');
    await app.acceptBatch.accept(
      SESSIONS,
      ['s-2', 's-3', 's-4'].map((key) => aSessionRecord(key)),
    );
    app.taskStore.refused.add('t-0').add('t-1');
    await app.acceptBatch.acceptAndStore(TASKS, someTasks(2));
    const page = async (number: number, size: number) => {
      const { total, items } = await quarantined(app, number, size);
      expect(total).toBe(5);
      return items.map(({ id }) => id);
    };
    const all = await page(1, 5);
    expect(new Set(all).size).toBe(5);
    expect([...(await page(1, 2)), ...(await page(2, 2)), ...(await page(3, 2))]).toEqual(all);
    expect(await page(4, 2)).toEqual([]);
  });

  it.each([
    ['are dropped', 5, 0, 0],
    ['are dropped in part', 5, 3, 3],
    ['are added', 2, 5, 5],
  ])(
    'is listed beside a total that fits, if records %s meanwhile',
    async (_, before, after, total) => {
      await started();
      const refuse = async (count: number) => {
        const tasks = someTasks(count);
        for (const { key } of tasks) app.taskStore.refused.add(key);
        await app.acceptBatch.accept(TASKS, tasks);
        await app.buffer.flush();
      };
      await refuse(before);
      const { quarantine } = app.taskStore;
      const list = quarantine.list.bind(quarantine);
      let isFirst = true;
      quarantine.list = async (...asked) => {
        if (isFirst) {
          isFirst = false;
          if (after > before) await refuse(after);
          const known = await list(0, { records: before, bytes: 1_000_000 });
          for (const { id } of known.slice(after)) await app.manageQuarantine.drop(id);
        }
        return list(...asked);
      };
      const page = await quarantined(app, 1, 20);
      expect({ total: page.total, items: page.items.length }).toEqual({ total, items: total });
    },
  );

  it('keeps its last known count while a store is unavailable', async () => {
    await started();
    app.taskStore.refused.add('t-1');
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1')]);
    expect(await app.countQuarantined.count()).toBe(1);
    app.taskStore.down = true;
    expect(await app.countQuarantined.count()).toBe(1);
  });

  it('can be dropped', async () => {
    await started();
    app.taskStore.refused.add('t-1');
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
    await app.buffer.flush();
    const [record] = (await quarantined(app, 1, 20)).items;
    expect(await app.manageQuarantine.drop(record?.id ?? '')).toBe(true);
    expect(await app.manageQuarantine.drop(record?.id ?? '')).toBe(false);
    expect(await quarantined(app, 1, 20)).toEqual({ total: 0, items: [] });
    expect(app.buffer.snapshot().dropped).toBe(1);
  });

  it('is reported, by its position in the batch, to a client that requested ack=stored', async () => {
    await started();
    app.taskStore.refused.add('t-1');
    const answer = await app.acceptBatch.acceptAndStore(TASKS, [
      aTaskRecord('t-0'),
      aTaskRecord('t-1'),
      aTaskRecord('t-1', { status: 'completed' }),
    ]);
    expect(answer.count).toBe(3);
    expect(answer.quarantined.map(({ index, key }) => [index, key])).toEqual([
      [1, 't-1'],
      [2, 't-1'],
    ]);
  });
});

describe.each([
  ['in one backend', false],
  ['in two backends', true],
])('a task whose session does not exist, %s', (_where, split) => {
  it('is quarantined without the tasks of other sessions, and stored as soon as the session is', async () => {
    await started({ split });
    await app.acceptBatch.accept(TASKS, [
      aTaskRecord('t-1'),
      aTaskRecord('t-2', { session_id: 's-2' }),
    ]);
    await app.buffer.flush();
    expect((await quarantined(app, 1, 20)).items).toMatchObject([
      {
        write: { key: 't-2' },
        missingParent: 's-2',
        reason: 'MISSING_PARENT: session_id "s-2" does not exist',
      },
    ]);
    expect(await app.taskStore.count(TASKS, [])).toBe(1);
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2')]);
    await app.buffer.flush();
    expect(await app.countQuarantined.count()).toBe(0);
    expect((await app.taskStore.read(TASKS, 't-2'))?.fields.session_id).toBe('s-2');
  });

  it('is deleted with its session, and is not restored by a new one', async () => {
    await started({ split });
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
    app.taskStore.refused.add('t-1');
    await app.buffer.flush();
    expect(await app.deleteRecord.delete(SESSIONS, 's-1')).toMatchObject({
      descendants: goneTasks(0),
    });
    app.taskStore.refused.clear();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1')]);
    await app.clock.advance(120_000);
    await settle();
    expect(await app.taskStore.count(TASKS, [])).toBe(0);
  });
});
