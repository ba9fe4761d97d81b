import { describe, expect, it } from 'vitest';
import { JournalFolder } from '../../../src/adapters/journal/file/journal-folder.js';
import { MemoryJournal } from '../../../src/adapters/journal/memory-journal.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { FakeClock } from '../../support/application/fake-clock.js';
import { FakeDisk, failure } from './support/fake-disk.js';
import {
  aBatch,
  anOpenJournal,
  appendAll,
  FOLDER,
  names,
  namesOf,
  reopened,
  replayed,
} from './support/journals.js';

const nothing = () => 0;

/** A disk with a journal of three batches, of which the first is stored. */
async function aDiskWithAJournal(): Promise<FakeDisk> {
  const { journal, disk } = await anOpenJournal();
  await appendAll(journal, names(1, 3));
  await journal.checkpoint(1, 1000);
  return disk.crash(nothing);
}

/** A memory journal, open and not replayed, on the disk of an earlier one. */
async function inMemory(disk: FakeDisk): Promise<MemoryJournal> {
  const folder = new JournalFolder(FOLDER, { disk, clock: new FakeClock(), reserveBytes: 4096 });
  const journal = new MemoryJournal(folder);
  await journal.open();
  return journal;
}

describe('a memory journal on the folder of an earlier one', () => {
  it('replays the entries of that one, and continues its numbers', async () => {
    const journal = await inMemory(await aDiskWithAJournal());
    expect(namesOf(await replayed(journal))).toEqual(['t-2', 't-3']);
    expect(await journal.append(TASKS.name, aBatch('t-4'))).toBe(4);
  });

  it('removes stored entries and keeps the others, for the next start in any mode', async () => {
    const disk = await aDiskWithAJournal();
    const journal = await inMemory(disk);
    await replayed(journal);
    await journal.checkpoint(2, 0);
    expect(namesOf((await reopened(disk.crash(nothing))).entries)).toEqual(['t-3']);
    expect(namesOf(await replayed(await inMemory(disk.crash(nothing))))).toEqual(['t-3']);
  });

  it('has no segment left when all is stored, and then writes nothing to the disk', async () => {
    const disk = await aDiskWithAJournal();
    const journal = await inMemory(disk);
    await replayed(journal);
    const appended = await journal.append(TASKS.name, aBatch('t-4'));
    await journal.checkpoint(appended, 2000);
    await journal.settle();
    expect(journal.status()).toMatchObject({ segments: 0, bytes: 0 });
    const calls = disk.calls.length;
    await journal.checkpoint(await journal.append(TASKS.name, aBatch('t-5')), 3000);
    await journal.settle();
    expect(disk.calls.length).toBe(calls);
    const next = await reopened(disk.crash(nothing));
    expect(next.entries).toEqual([]);
  });

  it('ignores the checkpoint of its own entries while older ones wait for replay', async () => {
    const disk = await aDiskWithAJournal();
    const journal = await inMemory(disk);
    for await (const { sequence } of journal.replay()) {
      expect(sequence).toBe(2);
      await journal.checkpoint(await journal.append(TASKS.name, aBatch('requeued')), 0);
      break;
    }
    expect(namesOf((await reopened(disk.crash(nothing))).entries)).toEqual(['t-2', 't-3']);
  });

  it('settles only when stored entries can no longer be replayed', async () => {
    const disk = await aDiskWithAJournal();
    const journal = await inMemory(disk);
    await replayed(journal);
    disk.before = (call, path) => {
      if (call === 'write' && path.includes('checkpoint')) throw failure('EIO', path);
    };
    await journal.checkpoint(3, 0);
    await expect(journal.settle()).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    expect(journal.status().damage[0]).toContain('the checkpoint failed (EIO)');
    disk.before = () => undefined;
    await journal.settle();
    expect((await reopened(disk.crash(nothing))).entries).toEqual([]);
  });

  it('knows the greatest accepted version of that one, and writes its own there when it is closed', async () => {
    const disk = await aDiskWithAJournal();
    const journal = await inMemory(disk);
    expect(journal.highWater()).toBe(1000);
    await replayed(journal);
    await journal.checkpoint(3, 2000);
    await journal.checkpoint(3, 3000);
    expect(journal.highWater()).toBe(3000);
    await journal.close();
    const next = await inMemory(disk.crash(nothing));
    expect([await replayed(next), next.highWater()]).toEqual([[], 3000]);
  });

  it('continues to accept, whatever the disk does', async () => {
    const disk = await aDiskWithAJournal();
    const journal = await inMemory(disk);
    disk.before = (_call, path) => {
      throw failure('EIO', path);
    };
    expect(await journal.append(TASKS.name, aBatch('t-4'))).toBe(4);
    expect(journal.status()).toMatchObject({ writable: true, reason: null });
  });

  it('locks the folder until it is closed', async () => {
    const disk = await aDiskWithAJournal();
    const journal = await inMemory(disk);
    await expect(reopened(disk)).rejects.toThrow(/is in use by process/);
    await journal.close();
    await journal.close();
    expect(namesOf((await reopened(disk)).entries)).toEqual(['t-2', 't-3']);
  });
});

describe('a memory journal without an earlier one', () => {
  it('creates no folder and no file', async () => {
    const disk = new FakeDisk();
    const journal = await inMemory(disk);
    expect(await replayed(journal)).toEqual([]);
    await journal.checkpoint(await journal.append(TASKS.name, aBatch('t-1')), 5);
    await journal.settle();
    await journal.close();
    await expect(disk.syncFolder(FOLDER)).rejects.toThrow('ENOENT');
  });

  it('does not touch a folder without a journal', async () => {
    const disk = new FakeDisk();
    await disk.makeFolder(FOLDER);
    const journal = await inMemory(disk);
    await journal.close();
    expect(await disk.list(FOLDER)).toEqual([]);
  });
});
