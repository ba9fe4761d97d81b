import { describe, expect, it } from 'vitest';
import type { FileJournal } from '../../../src/adapters/journal/file/file-journal.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import type { FakeDisk, Survival } from './support/fake-disk.js';
import { failure } from './support/fake-disk.js';
import {
  aBatch,
  aJournal,
  anOpenJournal,
  names,
  namesOf,
  reopened,
  replayed,
} from './support/journals.js';

/** How much of the unsynced data a crash leaves, from nothing to all. */
const SURVIVALS: Readonly<Record<string, Survival>> = {
  nothing: () => 0,
  half: (unsynced) => Math.ceil(unsynced / 2),
  'all but the last': (unsynced) => Math.max(0, unsynced - 1),
  everything: (unsynced) => unsynced,
};

interface Progress {
  readonly acknowledged: Map<number, string>;
  checkpoint: number;
  /** The greatest accepted version in a completed checkpoint. */
  highWater: number;
}

/** From an empty folder through rotation and checkpoints to an emptied journal. */
async function run(journal: FileJournal, progress: Progress): Promise<void> {
  const append = async (name: string) => {
    progress.acknowledged.set(await journal.append(TASKS.name, aBatch(name)), name);
  };
  const checkpoint = async (sequence: number) => {
    progress.checkpoint = sequence;
    await journal.checkpoint(sequence, sequence * 10);
    // The journal does not report this failure; `settle` reports whether the checkpoint is on disk.
    await journal.settle();
    progress.highWater = sequence * 10;
  };
  await journal.open();
  await replayed(journal);
  await Promise.all(names(1, 4).map(append));
  await append('t-5');
  await checkpoint(4);
  await append('t-6');
  await checkpoint(6);
  await append('t-7');
  await journal.close();
}

/** Lets the first `calls` calls that change the disk succeed, and none after them. */
function dyingAfter(disk: FakeDisk, calls: number): void {
  let left = calls;
  disk.before = (_call, path) => {
    left -= 1;
    if (left < 0) throw failure('EIO', path);
  };
}

async function callsOfAWholeRun(): Promise<number> {
  const { journal, disk } = aJournal({ segmentBytes: 500 });
  await run(journal, { acknowledged: new Map(), checkpoint: 0, highWater: 0 });
  return disk.calls.length;
}

describe('a crash before any call that changes the disk', async () => {
  const calls = await callsOfAWholeRun();

  for (const [left, survival] of Object.entries(SURVIVALS)) {
    it(`loses nothing acknowledged if ${left} of the unsynced data survives`, async () => {
      expect(calls).toBeGreaterThan(30);
      for (let call = 0; call <= calls; call += 1) {
        const { journal, disk } = aJournal({ segmentBytes: 500 });
        const progress: Progress = { acknowledged: new Map(), checkpoint: 0, highWater: 0 };
        dyingAfter(disk, call);
        await run(journal, progress).catch(() => undefined);
        const after = await reopened(disk.crash(survival));
        const found = new Map(
          after.entries.map(({ sequence }, index) => [sequence, namesOf(after.entries)[index]]),
        );
        for (const [sequence, name] of progress.acknowledged) {
          if (sequence > progress.checkpoint) {
            expect(found.get(sequence), `entry ${sequence}, crash before call ${call}`).toBe(name);
          }
        }
        const { highWater } = progress;
        expect(after.journal.highWater()).toBeGreaterThanOrEqual(highWater);
        expect(after.journal.status().damage, `crash before call ${call}`).toEqual([]);
        const newest = Math.max(0, ...progress.acknowledged.keys());
        expect(await after.journal.append(TASKS.name, aBatch('next'))).toBeGreaterThan(newest);
      }
    });
  }
});

describe('a power failure after a process was killed and the next one has started', async () => {
  const calls = await callsOfAWholeRun();

  for (const [left, survival] of Object.entries(SURVIVALS)) {
    it(`loses nothing acknowledged by either if ${left} of the unsynced data survives`, async () => {
      for (let call = 0; call <= calls; call += 1) {
        const { journal, disk } = aJournal({ segmentBytes: 500 });
        const progress: Progress = { acknowledged: new Map(), checkpoint: 0, highWater: 0 };
        dyingAfter(disk, call);
        await run(journal, progress).catch(() => undefined);
        disk.kill();
        disk.before = () => undefined;
        const second = await reopened(disk, { segmentBytes: 500 });
        const next = await second.journal.append(TASKS.name, aBatch('next'));
        const third = await reopened(disk.crash(survival));
        expect(third.journal.status().damage, `kill before call ${call}`).toEqual([]);
        const found = third.entries.map(({ sequence }) => sequence);
        expect(found, `kill before call ${call}`).toContain(next);
        expect(third.journal.highWater()).toBeGreaterThanOrEqual(progress.highWater);
        for (const sequence of progress.acknowledged.keys()) {
          if (sequence > progress.checkpoint) expect(found).toContain(sequence);
        }
      }
    });
  }
});

describe('a checkpoint at any moment of an append', () => {
  it.each([
    ['an empty journal', 0],
    ['a journal whose entries are all done', 3],
  ])('loses nothing of %s', async (_, before) => {
    for (let turns = 0; turns < 60; turns += 1) {
      const { journal, disk } = await anOpenJournal();
      for (const name of names(1, before)) await journal.append(TASKS.name, aBatch(name));
      const appending = journal.append(TASKS.name, aBatch('last'));
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      await journal.checkpoint(before, 10);
      const sequence = await appending;
      const { entries } = await reopened(disk.crash(() => 0));
      expect(
        entries.map((entry) => entry.sequence),
        `after ${turns} turns`,
      ).toEqual([sequence]);
    }
  });
});
