import { describe, expect, it } from 'vitest';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { FakeDisk } from './support/fake-disk.js';
import { aBatch, aJournal, FOLDER, type Setup } from './support/journals.js';

/** A start that opened its journal, and then failed. */
async function aStart(disk = new FakeDisk()): Promise<Setup> {
  const setup = aJournal({ disk });
  await setup.journal.open();
  return setup;
}

async function fail({ folder, journal }: Setup) {
  folder.giveUp();
  await journal.close();
}

describe('the folder of a failed start', () => {
  it('is removed if this start created it', async () => {
    const start = await aStart();
    await fail(start);
    expect(start.disk.hasFolder(FOLDER)).toBe(false);
  });

  it('stays if it existed before', async () => {
    const disk = new FakeDisk();
    await disk.makeFolder(FOLDER);
    await fail(await aStart(disk));
    expect(await disk.list(FOLDER)).toContain('checkpoint');
  });

  it.each<[what: string, put: (start: Setup) => Promise<unknown>]>([
    ['an entry', ({ journal }) => journal.append(TASKS.name, aBatch('t-1'))],
    [
      'the quarantine of an earlier version',
      ({ disk }) => disk.open(`${FOLDER}/quarantine.log`, 'create'),
    ],
    ['a file of someone else', ({ disk }) => disk.open(`${FOLDER}/notes.txt`, 'create')],
  ])('stays with %s in it', async (_what, put) => {
    const start = await aStart();
    await put(start);
    const before = await start.disk.list(FOLDER);
    await fail(start);
    const left = before.filter((name) => name !== 'lock-holder.json');
    expect(await start.disk.list(FOLDER)).toEqual(left);
  });
});

describe('the folder of a gracefully stopped service', () => {
  it('stays, although nothing was written to it', async () => {
    const { disk, journal } = await aStart();
    await journal.close();
    expect(await disk.list(FOLDER)).toContain('checkpoint');
  });
});
