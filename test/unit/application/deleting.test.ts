import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import {
  type Application,
  anApplication,
  sharedBackends,
} from '../../support/application/application.js';
import { expectBalanced } from '../../support/application/balance.js';
import { goneTasks } from '../../support/application/deleted-counts.js';
import { FakeClock, settle } from '../../support/application/fake-clock.js';
import { quarantined } from '../../support/http/pages.js';
import { KeptJournal } from '../../support/processes/kept-journal.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../support/records/records.js';
import { sessionWrite } from '../../support/records/writes.js';

const STORES = [
  ['one store', false],
  ['a store for each collection', true],
] as const;

/**
 * Two instances on the same stores, each with a journal that survives it; the session is stored.
 */
async function twoInstances(split: boolean) {
  const backends = sharedBackends(split);
  const clock = new FakeClock();
  const anInstance = (journal = new KeptJournal()) => ({
    ...anApplication({ backends, clock, journal }),
    journal,
  });
  const [one, other] = [anInstance(), anInstance()];
  await one.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1')]);
  await one.buffer.flush();
  await clock.advance(10);
  return { backends, clock, one, other, anInstance };
}

const OLD = aTaskRecord('t-1', { context: 'shop', target_text: 'épée', status: 'completed' });

/** Brings a task of `s-1` into a state; returns a function that ends it, if it must end. */
type State = (instance: Application) => Promise<(() => void) | undefined>;

async function refused(instance: Application): Promise<void> {
  instance.taskStore.refused.add('t-1');
  await instance.acceptBatch.acceptAndStore(TASKS, [OLD]);
  instance.taskStore.refused.clear();
  expect(await instance.countQuarantined.count()).toBe(1);
}

const STATES: readonly (readonly [string, State])[] = [
  [
    'waits',
    async (instance) => {
      await instance.acceptBatch.accept(TASKS, [OLD]);
      return undefined;
    },
  ],
  [
    'is in flight',
    async (instance) => {
      const end = instance.taskStore.hang();
      await instance.acceptBatch.accept(TASKS, [OLD]);
      void instance.buffer.flush();
      await settle();
      return end;
    },
  ],
  [
    'is stored',
    async (instance) => {
      await instance.acceptBatch.acceptAndStore(TASKS, [OLD]);
      return undefined;
    },
  ],
  [
    'is stored, but the answer is lost',
    async (instance) => {
      await instance.acceptBatch.accept(TASKS, [OLD]);
      instance.taskStore.losesAnswers = true;
      await expect(instance.buffer.flush()).rejects.toThrow('connection lost');
      instance.taskStore.losesAnswers = false;
      return undefined;
    },
  ],
  [
    'is in quarantine',
    async (instance) => {
      await refused(instance);
      return undefined;
    },
  ],
  [
    'is being released',
    async (instance) => {
      await refused(instance);
      const end = instance.taskStore.hang();
      void instance.manageQuarantine.requeue(null);
      await settle();
      return end;
    },
  ],
];

const ACTORS = [
  ['the same instance', 'one'],
  ['another instance', 'other'],
] as const;

const CASES = STORES.flatMap(([stores, split]) =>
  ACTORS.flatMap(([whose, actor]) =>
    STATES.map(([state, reach]) => [state, whose, stores, { split, actor, reach }] as const),
  ),
);

describe('deleting a session deletes a task', () => {
  it.each(CASES)(
    'that %s, of %s, with %s',
    async (_state, _whose, _stores, { split, actor, reach }) => {
      const { clock, one, other, anInstance } = await twoInstances(split);
      const end = await reach({ one, other }[actor]);
      await clock.advance(10);
      const deletion = one.deleteRecord.delete(SESSIONS, 's-1');
      if (actor === 'one') {
        await settle();
        end?.();
      }
      expect(await deletion).not.toBeNull();
      end?.();
      await settle();

      const isGone = async (instances: readonly Application[]) => {
        for (const instance of instances) {
          await instance.buffer.flush();
          await instance.manageQuarantine.requeue(null);
          expect(await instance.queryRecords.find(TASKS, 't-1')).toBeNull();
          expect(await instance.taskStore.count(TASKS, [])).toBe(0);
          expect(await instance.countQuarantined.count()).toBe(0);
          expectBalanced(instance);
        }
      };
      await isGone([one, other]);
      await clock.advance(10);
      // A new session of that id does not restore it, nor does all that the journals hold.
      await other.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-1')]);
      await isGone([one, other]);
      const restarted = [one, other].map(({ journal }) => anInstance(journal.afterCrash()));
      for (const { restart } of restarted) await restart.run();
      await isGone(restarted);
      expect(await one.sessionStore.count(SESSIONS, [])).toBe(1);

      // What is accepted from now on is new.
      await clock.advance(10);
      const [again = one] = restarted;
      await again.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1')]);
      expect(await other.queryRecords.find(TASKS, 't-1')).toMatchObject({
        context: null,
        target_text: null,
        status: 'pending',
        created_at: clock.now(),
      });
      expectBalanced(again);
    },
  );
});

describe.each(STORES)('a delete, with %s', (_name, split) => {
  it('deletes all tasks, including pending ones, and no others', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord(), aSessionRecord('s-2')]);
    await app.acceptBatch.accept(TASKS, someTasks(1500));
    await app.buffer.flush();
    await app.acceptBatch.accept(TASKS, [
      aTaskRecord('late'),
      aTaskRecord('other', { session_id: 's-2' }),
    ]);
    expect(await app.deleteRecord.delete(SESSIONS, 's-1')).toMatchObject({
      descendants: goneTasks(1501),
    });
    await app.buffer.flush();
    expect(await app.queryRecords.find(SESSIONS, 's-1')).toBeNull();
    expect(await app.queryRecords.find(TASKS, 'late')).toBeNull();
    expect(await app.taskStore.count(TASKS, [])).toBe(1);
    expectBalanced(app);
  });

  it('returns null if there is no such session', async () => {
    expect(await anApplication({ split }).deleteRecord.delete(SESSIONS, 's-1')).toBeNull();
  });

  it('returns null the second time', async () => {
    const { one, other } = await twoInstances(split);
    expect(await one.deleteRecord.delete(SESSIONS, 's-1')).not.toBeNull();
    expect(await other.deleteRecord.delete(SESSIONS, 's-1')).toBeNull();
  });

  it('changes nothing while the store is down', async () => {
    const { one } = await twoInstances(split);
    await one.acceptBatch.accept(TASKS, [OLD]);
    one.sessionStore.down = true;
    one.taskStore.down = true;
    await expect(one.deleteRecord.delete(SESSIONS, 's-1')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    });
    one.sessionStore.down = false;
    one.taskStore.down = false;
    expect(await one.queryRecords.find(TASKS, 't-1')).not.toBeNull();
    await one.buffer.flush();
    expect(await one.taskStore.count(TASKS, [])).toBe(1);
    expectBalanced(one);
  });

  it('deletes what was written with a clock that is ahead of that of the instance', async () => {
    const { backends, clock, one } = await twoInstances(split);
    const ahead = anApplication({ backends, clock: new FakeClock(clock.now() + 3_600_000) });
    await ahead.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { total_tasks: 9 })]);
    await ahead.acceptBatch.acceptAndStore(TASKS, [OLD]);
    expect(await one.deleteRecord.delete(SESSIONS, 's-1')).toMatchObject({
      descendants: goneTasks(1),
    });
    await one.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-1')]);
    await one.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1')]);
    expect(await one.queryRecords.find(SESSIONS, 's-1')).toMatchObject({ total_tasks: 0 });
    expect(await one.queryRecords.find(TASKS, 't-1')).toMatchObject({ context: null });
  });

  it('keeps what is accepted while it runs', async () => {
    const { one } = await twoInstances(split);
    await one.acceptBatch.acceptAndStore(TASKS, [OLD]);
    const read = one.sessionStore.read.bind(one.sessionStore);
    one.sessionStore.read = async (...question) => {
      one.sessionStore.read = read;
      await one.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { status: 'new' })]);
      await one.acceptBatch.accept(TASKS, [aTaskRecord('t-2')]);
      return read(...question);
    };
    expect(await one.deleteRecord.delete(SESSIONS, 's-1')).toMatchObject({
      descendants: goneTasks(1),
    });
    await one.buffer.flush();
    expect(await one.queryRecords.find(SESSIONS, 's-1')).toMatchObject({ status: 'new' });
    expect(await one.queryRecords.find(TASKS, 't-1')).toBeNull();
    expect(await one.taskStore.read(TASKS, 't-2')).not.toBeNull();
    expectBalanced(one);
  });

  it('deletes a batch that is being journaled, before it is visible', async () => {
    const { one, clock } = await twoInstances(split);
    let proceed = () => {};
    one.journal.before = () => new Promise((resolve) => (proceed = resolve));
    const slow = one.acceptBatch.accept(TASKS, [
      aTaskRecord('t-1'),
      aTaskRecord('t-2', { session_id: 's-2' }),
    ]);
    await clock.advance(1);
    expect(await one.deleteRecord.delete(SESSIONS, 's-1')).not.toBeNull();
    proceed();
    await slow;
    expect(await one.queryRecords.find(TASKS, 't-1')).toBeNull();
    expect(await one.queryRecords.find(TASKS, 't-2')).not.toBeNull();
    expect(one.buffer.snapshot()).toMatchObject({ accepted: 3, coalesced: 1, pending: 1 });
    expectBalanced(one);
    one.journal.before = async () => undefined;
    await one.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1')]);
    await one.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1')]);
    expect(await one.queryRecords.find(TASKS, 't-1')).not.toBeNull();
    expectBalanced(one);
  });

  it('does not block the id of a task that was in it', async () => {
    const { one, clock } = await twoInstances(split);
    await one.acceptBatch.acceptAndStore(TASKS, [OLD]);
    await one.deleteRecord.delete(SESSIONS, 's-1');
    await clock.advance(1);
    await one.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2')]);
    await one.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { session_id: 's-2' })]);
    expect((await one.taskStore.read(TASKS, 't-1'))?.fields.session_id).toBe('s-2');
  });

  it('deletes a task whose session was stored by an instance that was killed before it released the task', async () => {
    const { one } = await twoInstances(split);
    await one.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { session_id: 's-2' })]);
    await one.sessionStore.write(SESSIONS, [sessionWrite('s-2', 1)]);
    expect(await one.deleteRecord.delete(SESSIONS, 's-2')).not.toBeNull();
    await one.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-2')]);
    expect(await one.taskStore.count(TASKS, [])).toBe(0);
    expect(await one.countQuarantined.count()).toBe(0);
    expectBalanced(one);
  });
});

describe.each(STORES)(
  'writes merged in a buffer across a delete of another instance, with %s',
  (_, split) => {
    it('keep only what came after it, exact to the counter and the millisecond', async () => {
      const { clock, one, other } = await twoInstances(split);
      const write = async (fields: Parameters<typeof aSessionRecord>[1], task = {}) => {
        await clock.advance(10);
        await other.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', fields)]);
        await other.acceptBatch.accept(TASKS, [aTaskRecord('t-1', task)]);
      };
      await write({ total_tasks: 90, completed_tasks: 50, metadata: '{"of":"old"}' }, OLD.fields);
      await clock.advance(10);
      await one.deleteRecord.delete(SESSIONS, 's-1');
      await write({ total_tasks: 9, status: 'first' }, { confidence: 0.5 });
      const createdAt = clock.now();
      await write({ total_tasks: 7, failed_tasks: 1, status: 'second' });
      expect(other.buffer.snapshot()).toMatchObject({ pending: 2, coalesced: 4 });
      await other.buffer.flush();
      for (const instance of [one, other]) {
        expect(await instance.queryRecords.find(SESSIONS, 's-1')).toMatchObject({
          status: 'second',
          metadata: null,
          total_tasks: 9,
          completed_tasks: 0,
          failed_tasks: 1,
          created_at: createdAt,
          updated_at: clock.now(),
        });
        expect(await instance.queryRecords.find(TASKS, 't-1')).toMatchObject({
          context: null,
          target_text: null,
          confidence: 0.5,
          created_at: createdAt,
        });
        expectBalanced(instance);
      }
    });

    it('are shown by id as the delete leaves them, before they are stored', async () => {
      const { clock, one, other } = await twoInstances(split);
      await other.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { metadata: '{"of":1}' })]);
      await other.acceptBatch.accept(TASKS, [OLD]);
      await clock.advance(10);
      await one.deleteRecord.delete(SESSIONS, 's-1');
      expect(await other.queryRecords.find(SESSIONS, 's-1')).toBeNull();
      expect(await other.queryRecords.find(TASKS, 't-1')).toBeNull();
      await clock.advance(10);
      await one.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-1')]);
      await one.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { confidence: 0.5 })]);
      for (const instance of [one, other]) {
        expect(await instance.queryRecords.find(SESSIONS, 's-1')).toMatchObject({
          metadata: null,
        });
        expect(await instance.queryRecords.find(TASKS, 't-1')).toMatchObject({
          context: null,
          confidence: 0.5,
          created_at: clock.now(),
        });
      }
    });

    it('keep only what came after it in quarantine, too', async () => {
      const { clock, one, other } = await twoInstances(split);
      other.taskStore.refused.add('t-1');
      await other.acceptBatch.acceptAndStore(TASKS, [OLD]);
      await clock.advance(10);
      await one.deleteRecord.delete(SESSIONS, 's-1');
      await clock.advance(10);
      await other.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1')]);
      await other.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { confidence: 0.5 })]);
      const { items } = await quarantined(one, 1, 20);
      expect(items).toMatchObject([{ write: { createdAt: clock.now() } }]);
      expect(items[0]?.write.fields).not.toHaveProperty('context');
      other.taskStore.refused.clear();
      expect(await one.manageQuarantine.requeue(null)).toBe(1);
      expect(await one.queryRecords.find(TASKS, 't-1')).toMatchObject({
        context: null,
        confidence: 0.5,
        created_at: clock.now(),
      });
      expectBalanced(one);
      expectBalanced(other);
    });
  },
);

describe('a delete that is interrupted between two stores', () => {
  it('is completed when it is repeated', async () => {
    const { one } = await twoInstances(true);
    await one.acceptBatch.acceptAndStore(TASKS, [OLD]);
    const remove = one.sessionStore.delete.bind(one.sessionStore);
    for (const store of [one.sessionStore, one.taskStore]) {
      const works = store.delete.bind(store);
      store.delete = async () => {
        store.down = true;
        return works(SESSIONS, 's-1', 0);
      };
      await expect(one.deleteRecord.delete(SESSIONS, 's-1')).rejects.toThrow('refused');
      store.down = false;
      store.delete = works;
    }
    one.sessionStore.delete = remove;
    expect(await one.deleteRecord.delete(SESSIONS, 's-1')).not.toBeNull();
    expect(await one.sessionStore.count(SESSIONS, [])).toBe(0);
    expect(await one.taskStore.count(TASKS, [])).toBe(0);
  });

  it('is also completed if only quarantined records are left', async () => {
    const { one } = await twoInstances(true);
    await refused(one);
    const remove = one.taskStore.delete.bind(one.taskStore);
    one.taskStore.delete = async (...call) => {
      one.taskStore.down = true;
      return remove(...call);
    };
    await expect(one.deleteRecord.delete(SESSIONS, 's-1')).rejects.toThrow('refused');
    one.taskStore.down = false;
    one.taskStore.delete = remove;
    expect(await one.deleteRecord.delete(SESSIONS, 's-1')).not.toBeNull();
    expect(await one.countQuarantined.count()).toBe(0);
  });
});

describe.each(STORES)('a dropped record, with %s', (_name, split) => {
  it('is not restored by a replay, whether its store would accept it by now or not', async () => {
    const { one, anInstance } = await twoInstances(split);
    await refused(one);
    const [record] = (await quarantined(one, 1, 20)).items;
    expect(await one.manageQuarantine.drop(record?.id ?? '')).toBe(true);
    for (const refuses of [true, false]) {
      const again = anInstance(one.journal.afterCrash());
      if (refuses) again.taskStore.refused.add('t-1');
      await again.restart.run();
      await again.buffer.flush();
      expect(await again.countQuarantined.count()).toBe(0);
      expect(await again.queryRecords.find(TASKS, 't-1')).toBeNull();
      expectBalanced(again);
    }
    expectBalanced(one);
  });

  it.each([
    ['shows it', { drops: false, crashes: false }],
    ['drops it', { drops: true, crashes: false }],
    ['drops it and crashes', { drops: true, crashes: true }],
  ])(
    'whose instance has a clock that is ahead does not cover what another accepts after it %s',
    async (_does, { drops, crashes }) => {
      const { backends, clock, anInstance, one } = await twoInstances(split);
      const ahead = anApplication({ backends, clock: new FakeClock(clock.now() + 60_000) });
      await refused(ahead);
      const [found] = await ahead.taskStore.quarantine.find(TASKS, ['t-1']);
      if (drops) expect(await one.manageQuarantine.drop(found?.id ?? '')).toBe(true);
      else expect(await quarantined(one, 1, 20)).toMatchObject({ total: 1 });
      const instance = crashes ? anInstance(one.journal.afterCrash()) : one;
      // While the store is away, only the journal knows how new the dropped record was.
      instance.taskStore.down = crashes;
      if (crashes) await instance.restart.run();
      await instance.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'new' })]);
      instance.taskStore.down = false;
      await instance.buffer.flush();
      expect(await instance.queryRecords.find(TASKS, 't-1')).toMatchObject({ status: 'new' });
    },
  );

  it('does not affect what is accepted under its id later', async () => {
    const { one, clock } = await twoInstances(split);
    await refused(one);
    const [record] = (await quarantined(one, 1, 20)).items;
    await one.manageQuarantine.drop(record?.id ?? '');
    await clock.advance(1);
    await one.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { status: 'new' })]);
    expect(await one.queryRecords.find(TASKS, 't-1')).toMatchObject({
      status: 'new',
      context: null,
    });
    expectBalanced(one);
  });
});
