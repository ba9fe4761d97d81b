import { describe, expect, it } from 'vitest';
import { MemoryJournal } from '../../../src/adapters/journal/memory-journal.js';
import type { EarlierQuarantine } from '../../../src/application/writing/restart.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { newWrite, type Write } from '../../../src/domain/write.js';
import { ConfigurationError } from '../../../src/ports/configuration-error.js';
import type { JournalEntry } from '../../../src/ports/journal.js';
import { type ApplicationOptions, anApplication } from '../../support/application/application.js';
import { expectBalanced } from '../../support/application/balance.js';
import { settle } from '../../support/application/fake-clock.js';
import { quarantined } from '../../support/http/pages.js';
import { KeptJournal } from '../../support/processes/kept-journal.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../support/records/records.js';

describe('replaying the journal at start', () => {
  const version = 1_790_000_000_000_000;
  const tasks = (from: number, count: number) =>
    someTasks(count).map(({ fields }, index) => newWrite(`t-${from + index}`, version, fields));

  it('respects the limits of live traffic: it flushes when there is no more room', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 10 } });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    for (let entry = 0; entry < 10; entry += 1) {
      await app.buffer.restore(TASKS, tasks(entry * 4, 4), entry + 2);
      expect(app.buffer.snapshot().totalCount).toBeLessThanOrEqual(10);
    }
    await app.buffer.flush();
    expect(await app.taskStore.count(TASKS, [])).toBe(40);
    expectBalanced(app);
  });

  it('respects the limits of live traffic by bytes, too', async () => {
    const app = anApplication({ settings: { maxPendingBytes: 100_000 } });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    for (let entry = 0; entry < 10; entry += 1) {
      const large = tasks(entry, 1).map((write) => ({
        ...write,
        fields: { ...write.fields, source_text: 'x'.repeat(15_000) },
      }));
      await app.buffer.restore(TASKS, large, entry + 2);
      expect(app.buffer.snapshot().pendingBytes).toBeLessThanOrEqual(100_000);
    }
    await app.buffer.flush();
    expect(await app.taskStore.count(TASKS, [])).toBe(10);
  });

  it('waits for a store that is down when there is no more room', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 10 } });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    app.taskStore.down = true;
    await app.buffer.restore(TASKS, tasks(0, 9), 2);
    let restored = false;
    const waiting = app.buffer.restore(TASKS, tasks(9, 9), 3).then(() => {
      restored = true;
    });
    await settle();
    await app.clock.advance(30_000);
    expect(restored).toBe(false);
    app.taskStore.down = false;
    await app.clock.advance(60_000);
    await waiting;
    await app.buffer.flush();
    expect(await app.taskStore.count(TASKS, [])).toBe(18);
    expectBalanced(app);
  });
});

describe('a restart', () => {
  const at = 1_790_000_000_000_000;
  const entries = (versions: readonly number[]): JournalEntry[] =>
    versions.map((version, index) => ({
      sequence: index + 1,
      collection: 'translation_tasks',
      writes: [newWrite('t-1', version, someTasks(1, { status: `s${index}` })[0]?.fields ?? {})],
    }));

  /** With a journal that holds these entries. */
  const restartable = (held: readonly JournalEntry[] = [], options: ApplicationOptions = {}) =>
    anApplication({ journal: new KeptJournal(held), ...options });

  it('replays the journal: records are readable at once and stored by the next flush', async () => {
    const app = restartable(entries([at, at + 1]));
    expect(await app.restart.run()).toBe(2);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ status: 's1' });
    expect(app.buffer.snapshot()).toMatchObject({ accepted: 2, coalesced: 1, pending: 1 });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.buffer.flush();
    expect(await app.taskStore.count(TASKS, [])).toBe(1);
    expectBalanced(app);
  });

  it('advances no checkpoint past entries that it has not seen yet, when it flushes to make room', async () => {
    const session = {
      sequence: 1,
      collection: SESSIONS.name,
      writes: [newWrite('s-1', at, aSessionRecord().fields)],
    };
    const tasks = entries([at, at + 1]).map((entry) => ({
      ...entry,
      sequence: entry.sequence + 1,
    }));
    const journal = new KeptJournal([session, ...tasks]);
    const app = anApplication({ journal, settings: { maxPendingRecords: 1 } });
    await app.restart.run();
    expect(journal.checkpointed).toBe(2);
    await app.buffer.flush();
    expect(journal.checkpointed).toBe(3);
    expect(await app.taskStore.count(TASKS, [])).toBe(1);
  });

  it('continues when a store is down, and logs it', async () => {
    const app = restartable();
    app.taskStore.down = true;
    expect(await app.restart.run()).toBe(0);
    expect(app.logger.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { message: 'The newest version of a store could not be read' },
    ]);
  });

  it('reports damage of the journal', async () => {
    class Damaged extends MemoryJournal {
      override status() {
        return { ...super.status(), damage: ['12 bytes moved aside'] };
      }
    }
    const app = anApplication({ journal: new Damaged() });
    await app.restart.run();
    expect(app.logger.lines).toContainEqual({
      level: 'error',
      message: 'The journal was damaged',
      fields: { damage: '12 bytes moved aside' },
    });
  });

  it('treats a write that names another parent as the later one: what was accepted before is settled', async () => {
    const moved = entries([at, at + 1]).map((entry, index) => ({
      ...entry,
      writes: entry.writes.map((write) => ({
        ...write,
        fields: { ...write.fields, session_id: `s-${index}` },
      })),
    }));
    const app = restartable(moved);
    await app.restart.run();
    expect(app.buffer.find(TASKS, 't-1')?.fields).toMatchObject({ session_id: 's-1' });
    expectBalanced(app);
  });
});

describe('the quarantine of an earlier version', () => {
  const at = 1_790_000_000_000_000;
  const taskOf = (key: string, session_id: string, version = at): Write =>
    newWrite(key, version, aTaskRecord(key, { session_id }).fields);

  class Earlier implements EarlierQuarantine {
    forgotten = 0;

    constructor(private readonly slices: readonly (readonly Write[])[]) {}

    async *read() {
      for (const writes of this.slices) yield { collection: TASKS.name, writes };
    }

    async forget(): Promise<void> {
      this.forgotten += 1;
    }
  }

  it('is stored if its store accepts it by now, or quarantined there, and then removed', async () => {
    const earlier = new Earlier([[taskOf('t-1', 's-1')], [taskOf('t-2', 'nobody')]]);
    const app = anApplication({ earlierQuarantine: earlier });
    await app.sessionStore.write(SESSIONS, [newWrite('s-1', at, aSessionRecord().fields)]);
    expect(await app.restart.run()).toBe(2);
    expect(await app.taskStore.count(TASKS, [])).toBe(1);
    expect(await quarantined(app, 1, 20)).toMatchObject({
      total: 1,
      items: [{ write: { key: 't-2' }, missingParent: 'nobody' }],
    });
    expect(earlier.forgotten).toBe(1);
    expectBalanced(app);
  });

  it('is kept while the store is down, is pending with the rest, and is read again at the next start', async () => {
    const earlier = new Earlier([[taskOf('t-1', 's-1')]]);
    const journal = new KeptJournal();
    const app = anApplication({ earlierQuarantine: earlier, journal });
    app.taskStore.down = true;
    await app.restart.run();
    expect(earlier.forgotten).toBe(0);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 1 });
    expect(app.logger.lines.map(({ message }) => message)).toContain(
      'Records of the earlier quarantine are not stored yet; it is read again at the next start',
    );
    const next = anApplication({ earlierQuarantine: earlier, journal: journal.afterCrash() });
    await next.restart.run();
    expect(earlier.forgotten).toBe(1);
    expect(await next.countQuarantined.count()).toBe(1);
    expectBalanced(next);
  });

  it('that cannot be removed does not prevent a start', async () => {
    const earlier = new Earlier([[taskOf('t-1', 's-1')]]);
    earlier.forget = () => Promise.reject(new Error('EROFS'));
    const app = anApplication({ earlierQuarantine: earlier });
    expect(await app.restart.run()).toBe(1);
    expect(await app.countQuarantined.count()).toBe(1);
  });

  it('that another process holds prevents a start', async () => {
    const earlier = new Earlier([[taskOf('t-1', 's-1')]]);
    earlier.forget = () => Promise.reject(new ConfigurationError('in use by process 12'));
    const app = anApplication({ earlierQuarantine: earlier });
    await expect(app.restart.run()).rejects.toThrow('in use');
  });

  it('that holds nothing any more is removed, too', async () => {
    const earlier = new Earlier([]);
    const app = anApplication({ earlierQuarantine: earlier });
    app.taskStore.down = true;
    await app.restart.run();
    expect(earlier.forgotten).toBe(1);
  });

  it('does not restore what was deleted while it could not be removed', async () => {
    const earlier = new Earlier([[taskOf('t-1', 's-1')]]);
    const app = anApplication({ earlierQuarantine: earlier });
    await app.sessionStore.write(SESSIONS, [newWrite('s-1', at, aSessionRecord().fields)]);
    await app.restart.run();
    await app.deleteRecord.delete(SESSIONS, 's-1');
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.restart.run();
    await app.buffer.flush();
    expect(await app.taskStore.count(TASKS, [])).toBe(0);
    expect(await app.countQuarantined.count()).toBe(0);
    expectBalanced(app);
  });

  it('does not replace a write of another session in the journal', async () => {
    const earlier = new Earlier([[taskOf('t-1', 'nobody', at)]]);
    const held = [
      {
        sequence: 1,
        collection: SESSIONS.name,
        writes: [newWrite('s-1', at, aSessionRecord().fields)],
      },
      { sequence: 2, collection: TASKS.name, writes: [taskOf('t-1', 's-1', at + 1)] },
    ];
    const app = anApplication({ earlierQuarantine: earlier, journal: new KeptJournal(held) });
    await app.restart.run();
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields).toMatchObject({ session_id: 's-1' });
    expect((await quarantined(app, 1, 20)).items).toMatchObject([
      { write: { key: 't-1', fields: { session_id: 'nobody' } } },
    ]);
    expectBalanced(app);
  });

  it('is left for the next start if it would replace one, and the store is down', async () => {
    const earlier = new Earlier([[taskOf('t-1', 'nobody', at)]]);
    const held = [{ sequence: 1, collection: TASKS.name, writes: [taskOf('t-1', 's-1', at + 1)] }];
    const app = anApplication({ earlierQuarantine: earlier, journal: new KeptJournal(held) });
    app.taskStore.down = true;
    await app.restart.run();
    expect(earlier.forgotten).toBe(0);
    expect(app.buffer.find(TASKS, 't-1')?.fields).toMatchObject({ session_id: 's-1' });
    expectBalanced(app);
  });
});
