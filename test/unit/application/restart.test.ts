import { describe, expect, it } from 'vitest';
import { MemoryJournal } from '../../../src/adapters/journal/memory-journal.js';
import { Restart } from '../../../src/application/restart.js';
import { SESSIONS } from '../../../src/domain/session.js';
import { TASKS } from '../../../src/domain/task.js';
import { newWrite } from '../../../src/domain/write.js';
import type { JournalEntry } from '../../../src/ports/journal.js';
import { anApplication } from '../../support/application.js';
import { expectBalanced } from '../../support/balance.js';
import { settle } from '../../support/fake-clock.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../support/records.js';

describe('taking journal entries back at start', () => {
  const version = 1_790_000_000_000_000;
  const tasks = (from: number, count: number) =>
    someTasks(count).map(({ fields }, index) => newWrite(`t-${from + index}`, version, fields));

  it('keeps to the ceiling of live traffic: it flushes when there is no more room', async () => {
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
  const entries = (versions: readonly number[]): JournalEntry[] =>
    versions.map((at, index) => ({
      sequence: index + 1,
      collection: 'translation_tasks',
      writes: [newWrite('t-1', at, someTasks(1, { status: `s${index}` })[0]?.fields ?? {})],
    }));

  class HeldJournal extends MemoryJournal {
    held: readonly JournalEntry[] = [];
    damage: string[] = [];

    override async *replay(): AsyncIterable<JournalEntry> {
      yield* this.held;
    }

    override status() {
      return { ...super.status(), damage: this.damage };
    }
  }

  function restartable() {
    const journal = new HeldJournal();
    const app = anApplication({ journal });
    return { ...app, journal, restart: new Restart(app) };
  }

  it('takes back what the journal holds, to be read at once and stored by the next flush', async () => {
    const app = restartable();
    app.journal.held = entries([1_790_000_000_000_000, 1_790_000_000_000_001]);
    expect(await app.restart.run()).toBe(2);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ status: 's1' });
    expect(app.buffer.snapshot()).toMatchObject({ accepted: 2, coalesced: 1, pending: 1 });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.buffer.flush();
    expect(await app.taskStore.count(TASKS, [])).toBe(1);
    expectBalanced(app);
  });

  it('accepts nothing that looks older than the journal, though the wall clock was set back', async () => {
    const app = restartable();
    const future = (app.clock.now() + 3_600_000) * 1000;
    app.journal.held = entries([future]);
    await app.restart.run();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'new', row_index: 0 })]);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ status: 'new' });
  });

  it('accepts nothing that looks older than the store', async () => {
    const app = restartable();
    const future = (app.clock.now() + 3_600_000) * 1000 + 999;
    const { fields } = aSessionRecord();
    await app.sessionStore.write(SESSIONS, [newWrite('s-1', future, fields)]);
    await app.restart.run();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { status: 'completed' })]);
    await app.buffer.flush();
    expect(await app.queryRecords.find(SESSIONS, 's-1')).toMatchObject({ status: 'completed' });
  });

  it('moves no checkpoint past entries that it has not seen yet, when a task comes home meanwhile', async () => {
    const checkpoints: number[] = [];
    class Appending extends HeldJournal {
      override async append(): Promise<number> {
        return 1000;
      }

      override async checkpoint(sequence?: number): Promise<void> {
        checkpoints.push(sequence ?? 0);
      }
    }
    const journal = new Appending();
    const app = anApplication({ journal, settings: { maxPendingRecords: 1 } });
    const at = 1_790_000_000_000_000;
    const write = newWrite('orphan', at, aTaskRecord().fields);
    const refusal = { collection: TASKS.name, write, reason: 'x', missingParent: 's-1', at: 1 };
    await app.quarantine.add([refusal]);
    const session = {
      sequence: 1,
      collection: SESSIONS.name,
      writes: [newWrite('s-1', at, aSessionRecord().fields)],
    };
    journal.held = [
      session,
      ...entries([at, at + 1]).map((entry) => ({ ...entry, sequence: entry.sequence + 1 })),
    ];
    await new Restart(app).run();
    await app.buffer.flush();
    expect(await app.taskStore.count(TASKS, [])).toBe(2);
    expect(Math.max(...checkpoints)).toBeLessThanOrEqual(3);
  });

  it('counts what an earlier run left in quarantine', async () => {
    const app = restartable();
    const write = newWrite('t-1', 1_790_000_000_000_000, aTaskRecord().fields);
    const refusal = { collection: TASKS.name, write, reason: 'x', missingParent: null, at: 1 };
    await app.quarantine.add([refusal]);
    await app.restart.run();
    expectBalanced(app);
    expect(app.buffer.snapshot()).toMatchObject({ accepted: 1, quarantined: 1 });
  });

  it('goes on when a store is down, and says that it is', async () => {
    const app = restartable();
    app.taskStore.down = true;
    expect(await app.restart.run()).toBe(0);
    expect(app.logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(2);
  });

  it('reports damage of the journal', async () => {
    const app = restartable();
    app.journal.damage = ['12 bytes moved aside'];
    await app.restart.run();
    expect(app.logger.lines).toContainEqual({
      level: 'error',
      message: 'The journal was damaged',
      fields: { damage: '12 bytes moved aside' },
    });
  });
});
