import { afterEach, describe, expect, it } from 'vitest';
import { JournalFolder } from '../../../../src/adapters/journal/file/journal-folder.js';
import { MemoryJournal } from '../../../../src/adapters/journal/memory-journal.js';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { newWrite } from '../../../../src/domain/write.js';
import { type Application, anApplication } from '../../../support/application/application.js';
import { expectBalanced } from '../../../support/application/balance.js';
import { FakeClock, settle } from '../../../support/application/fake-clock.js';
import { quarantined } from '../../../support/http/pages.js';
import { KeptJournal } from '../../../support/processes/kept-journal.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../../support/records/records.js';
import { anOpenJournal, FOLDER, namesOf, reopened } from '../../journal/support/journals.js';

const INTERVAL = 30_000;
let app: Application;

afterEach(() => expectBalanced(app));

/** A session that an earlier run accepted. */
const accepted = [newWrite('s-1', 1, aSessionRecord('s-1').fields)];

/** What a start after a crash knows of a record: the entries after the checkpoint. */
async function replayedFrom(journal: KeptJournal) {
  const later = anApplication({ journal: journal.afterCrash() });
  for await (const { sequence, collection, writes } of journal.afterCrash().replay()) {
    if (sequence <= journal.checkpointed) continue;
    await later.buffer.restore(collection === TASKS.name ? TASKS : SESSIONS, writes, sequence);
  }
  return later.buffer;
}

/** Two sessions, and a task of the first; the store fails on the second. */
async function aStuckSession(journal: KeptJournal): Promise<void> {
  app = anApplication({ journal, split: true });
  app.sessionStore.failsOn.add('s-2');
  await app.acceptBatch.accept(SESSIONS, [
    aSessionRecord('s-1'),
    aSessionRecord('s-2', { game_info: 'paid' }),
  ]);
  await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
  await expect(app.buffer.flush()).rejects.toThrow('error 9999');
}

/** Writes the stuck session again while a flush waits for the store of the tasks. */
async function writtenAgainDuringAFlush(): Promise<void> {
  const release = app.taskStore.hang();
  const flush = app.buffer.flush();
  await settle();
  await app.clock.advance(1);
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2')]);
  release();
  await flush;
}

describe('a record on which the store fails, written again after a flush has set it aside', () => {
  it('keeps all its writes in the journal while the flush goes on', async () => {
    const journal = new KeptJournal();
    await aStuckSession(journal);
    await writtenAgainDuringAFlush();
    const pending = app.buffer.find(SESSIONS, 's-2');
    expect(pending?.fields).toMatchObject({ game_info: 'paid' });
    expect((await replayedFrom(journal)).find(SESSIONS, 's-2')).toEqual(pending);
  });

  it('keeps them if an earlier flush has set it aside', async () => {
    const journal = new KeptJournal();
    await aStuckSession(journal);
    await app.buffer.flush();
    await app.clock.advance(INTERVAL / 2);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-2')]);
    await writtenAgainDuringAFlush();
    const pending = app.buffer.find(SESSIONS, 's-2');
    expect((await replayedFrom(journal)).find(SESSIONS, 's-2')).toEqual(pending);
  });

  it('is in no entry after the checkpoint once it is stored', async () => {
    const journal = new KeptJournal();
    await aStuckSession(journal);
    await app.buffer.flush();
    app.sessionStore.failsOn.clear();
    await app.clock.advance(INTERVAL);
    expect(await app.sessionStore.read(SESSIONS, 's-2')).not.toBeNull();
    await app.buffer.flush();
    expect((await replayedFrom(journal)).snapshot()).toMatchObject({ pending: 0 });
  });

  it('is not reported as stored to the client that wrote it before', async () => {
    app = anApplication();
    await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord()]);
    app.taskStore.failsOn.add('t-7');
    await app.acceptBatch.accept(TASKS, someTasks(9));
    await expect(app.buffer.flush()).rejects.toThrow('error 9999');
    const release = app.taskStore.hang();
    const stored = app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-7', { context: 'a' })]);
    const refused = expect(stored).rejects.toThrow(/fails on "t-7"/);
    await settle();
    await app.clock.advance(1);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-7', { context: 'b' })]);
    release();
    await refused;
  });
});

describe('a record on which the store fails, and that was never stored', () => {
  it('can be deleted, and does not return', async () => {
    const journal = new KeptJournal();
    await aStuckSession(journal);
    await app.buffer.flush();
    expect(await app.deleteRecord.delete(SESSIONS, 's-2')).not.toBeNull();
    expect(await app.queryRecords.find(SESSIONS, 's-2')).toBeNull();
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0 });
    expect(await app.deleteRecord.delete(SESSIONS, 's-2')).toBeNull();
    app.sessionStore.failsOn.clear();
    const { sessionStore: sessions, taskStore: tasks } = app;
    const later = anApplication({ journal: journal.afterCrash(), backends: { sessions, tasks } });
    await later.restart.run();
    await later.buffer.flush();
    expect(await sessions.read(SESSIONS, 's-2')).toBeNull();
    expect(await sessions.read(SESSIONS, 's-1')).not.toBeNull();
  });
});

it('what is written while such a record is deleted stays, without what was deleted', async () => {
  await aStuckSession(new KeptJournal());
  await app.buffer.flush();
  const { sessionStore } = app;
  const read = sessionStore.read.bind(sessionStore);
  sessionStore.read = async (...parameters) => {
    sessionStore.read = read;
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2', { filename: 'new.xlsx' })]);
    return read(...parameters);
  };
  expect(await app.deleteRecord.delete(SESSIONS, 's-2')).not.toBeNull();
  const left = await app.queryRecords.find(SESSIONS, 's-2');
  expect(left).toMatchObject({ filename: 'new.xlsx', game_info: null });
});

describe('a journal that keeps nothing, on the folder of an earlier one', () => {
  it('leaves the entries there while the store fails on a record of them', async () => {
    const { journal: earlier, disk } = await anOpenJournal();
    await earlier.append(SESSIONS.name, accepted);
    const left = disk.crash(() => 0);
    const clock = new FakeClock();
    const journal = new MemoryJournal(
      new JournalFolder(FOLDER, { disk: left, clock, reserveBytes: 4096 }),
    );
    await journal.open();
    app = anApplication({ journal, clock });
    app.sessionStore.failsOn.add('s-1');
    await app.restart.run();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2')]);
    await expect(app.buffer.flush()).rejects.toThrow('error 9999');
    await app.buffer.flush();
    await journal.settle();
    expect(await app.sessionStore.count(SESSIONS, [])).toBe(1);
    expect(namesOf((await reopened(left.crash(() => 0))).entries)).toEqual(['s-1']);
  });

  it('leaves an earlier quarantine while the store fails on a record of it', async () => {
    let isForgotten = false;
    app = anApplication({
      earlierQuarantine: {
        async *read() {
          yield { collection: SESSIONS.name, writes: accepted };
        },
        async forget() {
          isForgotten = true;
        },
      },
    });
    app.sessionStore.failsOn.add('s-1').add('s-2');
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2'), aSessionRecord('s-3')]);
    await expect(app.buffer.flush()).rejects.toThrow('error 9999');
    await app.restart.run();
    expect(await app.sessionStore.count(SESSIONS, [])).toBe(1);
    expect(isForgotten).toBe(false);
  });
});

describe('an orphan on which the store fails', () => {
  it('stays in quarantine when its session arrives, and holds up no other and no checkpoint', async () => {
    const journal = new KeptJournal();
    app = anApplication({ journal });
    await app.acceptBatch.accept(TASKS, someTasks(3));
    await app.buffer.flush();
    app.taskStore.failsOn.add('t-1');
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.buffer.flush();
    expect(await app.taskStore.count(TASKS, [])).toBe(2);
    expect(journal.checkpointed).toBe(2);
    expect((await quarantined(app, 1, 20)).items).toMatchObject([{ write: { key: 't-1' } }]);
    app.taskStore.failsOn.clear();
    await app.orphanWatch.look();
    expect(await app.taskStore.count(TASKS, [])).toBe(3);
  });

  it('is named when a person releases it by its id', async () => {
    app = anApplication();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
    await app.buffer.flush();
    const [record] = (await quarantined(app, 1, 20)).items;
    app.taskStore.failsOn.add('t-1');
    await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord()]);
    await expect(app.manageQuarantine.requeue([record?.id ?? ''])).rejects.toThrow('error 9999');
  });
});

describe('the checkpoint', () => {
  it('covers a batch that is accepted just before the flush takes it', async () => {
    const journal = new KeptJournal();
    app = anApplication({ journal, settings: { maxBufferSize: 1 } });
    await Promise.all([
      app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1')]),
      app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2')]),
    ]);
    await settle();
    expect(app.buffer.snapshot().pending).toBe(0);
    expect(journal.checkpointed).toBe(2);
  });

  it('catches up with the next flush, although nothing is pending', async () => {
    const journal = new KeptJournal();
    app = anApplication({ journal });
    await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord()]);
    app.taskStore.failsOn.add('t-7');
    await app.acceptBatch.accept(TASKS, someTasks(9));
    await expect(app.buffer.flush()).rejects.toThrow('error 9999');
    await app.buffer.flush();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2')]);
    await app.buffer.flush();
    await app.deleteRecord.delete(SESSIONS, 's-1');
    expect(app.buffer.snapshot().pending).toBe(0);
    const before = journal.checkpointed;
    await app.buffer.flush();
    expect(journal.checkpointed).toBeGreaterThan(before);
  });
});
