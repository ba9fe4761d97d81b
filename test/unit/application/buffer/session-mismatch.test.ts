import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { anApplication, sharedBackends } from '../../../support/application/application.js';
import { expectBalanced } from '../../../support/application/balance.js';
import { settle } from '../../../support/application/fake-clock.js';
import { quarantined } from '../../../support/http/pages.js';
import { KeptJournal } from '../../../support/processes/kept-journal.js';
import { aSessionRecord, aTaskRecord } from '../../../support/records/records.js';

const STORES = [
  ['one store', false],
  ['a store for each collection', true],
] as const;

const SESSION_1 = aTaskRecord('t-1', { session_id: 's-1', target_text: 'épée' });
const SESSION_2 = aTaskRecord('t-1', { session_id: 's-2', target_text: 'Schwert' });

async function started(options: Parameters<typeof anApplication>[0] = {}) {
  const app = anApplication(options);
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1'), aSessionRecord('s-2')]);
  await app.buffer.flush();
  return app;
}

const mismatch = { code: 'SESSION_MISMATCH' };

describe('a task that names another session is refused at once', () => {
  it('while a write of the first session is pending, with both sessions and its position in the batch', async () => {
    const app = await started();
    await app.acceptBatch.accept(TASKS, [SESSION_1]);
    const refused = app.acceptBatch.accept(TASKS, [aTaskRecord('t-0'), SESSION_2]);
    await expect(refused).rejects.toMatchObject({
      ...mismatch,
      details: { issues: [{ path: '[1].session_id', value: 's-2' }] },
    });
    await expect(refused).rejects.toThrow(
      /^task_id "t-1" already belongs to session_id "s-1".*give the other record its own id/,
    );
    expect(app.buffer.find(TASKS, 't-0')).toBeNull();
    expect(app.buffer.snapshot()).toMatchObject({ pending: 1 });
    expectBalanced(app);
  });

  it('while a write of the first session is in flight', async () => {
    const app = await started();
    const release = app.taskStore.hang();
    await app.acceptBatch.accept(TASKS, [SESSION_1]);
    const flush = app.buffer.flush();
    await settle();
    await expect(app.acceptBatch.accept(TASKS, [SESSION_2])).rejects.toMatchObject(mismatch);
    release();
    await flush;
    expectBalanced(app);
  });

  it('if the first session is named in the same batch, and every such record is reported', async () => {
    const app = await started();
    const batch = [SESSION_1, SESSION_2, aTaskRecord('t-2'), SESSION_2, SESSION_1];
    await expect(app.acceptBatch.accept(TASKS, batch)).rejects.toMatchObject({
      ...mismatch,
      details: { issues: [{ path: '[1].session_id' }, { path: '[3].session_id' }] },
    });
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0 });
    expectBalanced(app);
  });

  it('while the first write is being journaled slowly', async () => {
    const journal = new KeptJournal();
    const app = await started({ journal });
    const ends: (() => void)[] = [];
    journal.before = () => new Promise((resolve) => ends.push(resolve));
    const first = app.acceptBatch.accept(TASKS, [SESSION_1]);
    await expect(app.acceptBatch.accept(TASKS, [SESSION_2])).rejects.toMatchObject(mismatch);
    const again = app.acceptBatch.accept(TASKS, [SESSION_1]);
    for (const end of ends) end();
    await Promise.all([first, again]);
    await expect(app.acceptBatch.accept(TASKS, [SESSION_2])).rejects.toMatchObject(mismatch);
    await app.buffer.flush();
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields).toMatchObject({ session_id: 's-1' });
    expectBalanced(app);
  });

  it('but not because of a batch that could not be journaled', async () => {
    const journal = new KeptJournal();
    const app = await started({ journal });
    journal.before = () => Promise.reject(new Error('the disk failed'));
    await expect(app.acceptBatch.accept(TASKS, [SESSION_1])).rejects.toThrow('the disk failed');
    journal.before = async () => undefined;
    await app.acceptBatch.accept(TASKS, [SESSION_2]);
    expectBalanced(app);
  });

  it('but not because of a batch that was refused for lack of room', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 1 } });
    const tooMany = [SESSION_1, aTaskRecord('t-2')];
    await expect(app.acceptBatch.accept(TASKS, tooMany)).rejects.toMatchObject({
      code: 'BUFFER_FULL',
    });
    await app.acceptBatch.accept(TASKS, [SESSION_2]);
    expectBalanced(app);
  });
});

describe.each(STORES)('a stored task, with %s', (_name, split) => {
  it('stays with its session: a write that names another one is quarantined, with the reason', async () => {
    const app = await started({ split });
    await app.acceptBatch.acceptAndStore(TASKS, [SESSION_1]);
    const { quarantined } = await app.acceptBatch.acceptAndStore(TASKS, [
      aTaskRecord('t-0'),
      SESSION_2,
    ]);
    const reason =
      'SESSION_MISMATCH: it belongs permanently to session_id "s-1", but this write names "s-2"';
    expect(quarantined).toEqual([{ index: 1, key: 't-1', reason }]);
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields).toMatchObject({
      session_id: 's-1',
      target_text: 'épée',
    });
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ target_text: 'épée' });
    expect(await app.taskStore.read(TASKS, 't-0')).not.toBeNull();
    expectBalanced(app);
  });

  it('stays with its session when the other write is released', async () => {
    const app = await started({ split });
    await app.acceptBatch.acceptAndStore(TASKS, [SESSION_1]);
    await app.acceptBatch.acceptAndStore(TASKS, [SESSION_2]);
    expect(await app.manageQuarantine.requeue(null)).toBe(1);
    expect((await quarantined(app, 1, 20)).items).toMatchObject([
      { attempts: 2, write: { fields: { session_id: 's-2' } } },
    ]);
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields.session_id).toBe('s-1');
    expectBalanced(app);
  });

  it('stays with its session when the other write was an orphan, and the two are distinguished', async () => {
    const app = await started({ split });
    const lost = aTaskRecord('t-1', { session_id: 's-3', target_text: 'spada' });
    await app.acceptBatch.acceptAndStore(TASKS, [lost]);
    await app.acceptBatch.acceptAndStore(TASKS, [SESSION_1]);
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-3')]);
    await app.buffer.flush();
    expect((await quarantined(app, 1, 20)).items).toMatchObject([
      { attempts: 2, missingParent: null, reason: expect.stringMatching(/^SESSION_MISMATCH/) },
    ]);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ target_text: 'épée' });
    expectBalanced(app);
  });

  it('can belong to another session once its own is deleted', async () => {
    const app = await started({ split });
    await app.acceptBatch.acceptAndStore(TASKS, [SESSION_1]);
    await app.acceptBatch.acceptAndStore(TASKS, [SESSION_2]);
    await app.deleteRecord.delete(SESSIONS, 's-1');
    expect(await app.manageQuarantine.requeue(null)).toBe(1);
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields).toMatchObject({
      session_id: 's-2',
      target_text: 'Schwert',
    });
    expectBalanced(app);
  });

  it('is not reported to a client whose write was stored, when another session is refused meanwhile', async () => {
    const backends = sharedBackends(split);
    const app = await started({ backends });
    const other = anApplication({ backends, clock: app.clock });
    const release = app.taskStore.hang();
    app.taskStore.refused.add('t-9');
    const answer = app.acceptBatch.acceptAndStore(TASKS, [SESSION_2, aTaskRecord('t-9')]);
    await settle();
    await app.clock.advance(10);
    release();
    // The other instance comes second, and its refused write is in quarantine before the answer.
    const find = backends.tasks.quarantine.find.bind(backends.tasks.quarantine);
    backends.tasks.quarantine.find = async (...question) => {
      backends.tasks.quarantine.find = find;
      await other.acceptBatch.acceptAndStore(TASKS, [SESSION_1]);
      return find(...question);
    };
    expect((await answer).quarantined.map(({ key }) => key)).toEqual(['t-9']);
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields.session_id).toBe('s-2');
    expectBalanced(app);
    expectBalanced(other);
  });
});

describe.each(STORES)('two instances that use one id for two sessions, with %s', (_, split) => {
  it('keep the one that reaches the store first, whichever accepted first', async () => {
    const backends = sharedBackends(split);
    const app = await started({ backends });
    const other = anApplication({ backends, clock: app.clock });
    await app.acceptBatch.accept(TASKS, [SESSION_1]);
    await app.clock.advance(10);
    await other.acceptBatch.accept(TASKS, [SESSION_2]);
    await other.buffer.flush();
    await app.buffer.flush();
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields.session_id).toBe('s-2');
    expect((await quarantined(app, 1, 20)).items).toMatchObject([
      { write: { fields: { session_id: 's-1', target_text: 'épée' } } },
    ]);
    expectBalanced(app);
    expectBalanced(other);
  });
});
