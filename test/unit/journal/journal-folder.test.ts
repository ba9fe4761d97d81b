import { describe, expect, it } from 'vitest';
import { RecordLog } from '../../../src/adapters/journal/record-log.js';
import { TASKS } from '../../../src/domain/task.js';
import { FakeDisk } from './support/fake-disk.js';
import { aBatch, aJournal, FOLDER, type Setup } from './support/journals.js';

/** A start that got as far as its journal and quarantine, and no further. */
async function aStart(disk = new FakeDisk()): Promise<Setup & { quarantine: RecordLog }> {
  const setup = aJournal({ disk });
  const quarantine = new RecordLog(setup.folder, 'quarantine.log');
  await quarantine.open();
  await setup.journal.open();
  return { ...setup, quarantine };
}

async function fail({ folder, journal, quarantine }: Awaited<ReturnType<typeof aStart>>) {
  folder.giveUp();
  await journal.close();
  await quarantine.close();
}

describe('the folder of a start that failed', () => {
  it('is gone when this start has made it', async () => {
    const start = await aStart();
    await fail(start);
    expect(start.disk.hasFolder(FOLDER)).toBe(false);
  });

  it('stays when it was there before, whoever made it', async () => {
    const disk = new FakeDisk();
    await disk.makeFolder(FOLDER);
    await fail(await aStart(disk));
    expect(await disk.list(FOLDER)).toContain('checkpoint');
  });

  it.each<[what: string, put: (start: Awaited<ReturnType<typeof aStart>>) => Promise<unknown>]>([
    ['an entry', ({ journal }) => journal.append(TASKS.name, aBatch('t-1'))],
    ['a record in quarantine', ({ quarantine }) => quarantine.append(['a'])],
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

describe('the folder of a service that was stopped in order', () => {
  it('stays, though nothing was ever written to it', async () => {
    const { disk, journal, quarantine } = await aStart();
    await journal.close();
    await quarantine.close();
    expect(await disk.list(FOLDER)).toContain('checkpoint');
  });
});
