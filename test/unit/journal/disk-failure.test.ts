import { describe, expect, it } from 'vitest';
import { Reserve } from '../../../src/adapters/journal/file/disk/reserve.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { ConfigurationError } from '../../../src/ports/configuration-error.js';
import { type DiskCall, FakeDisk, failure } from './support/fake-disk.js';
import {
  aBatch,
  aJournal,
  anOpenJournal,
  appendAll,
  FOLDER,
  names,
  namesOf,
  reopened,
} from './support/journals.js';

const nothing = () => 0;
const unavailable = { code: 'JOURNAL_UNAVAILABLE' };

/** Makes every such call on such a path fail, until the returned function is called. */
function failing(
  disk: { before: (call: DiskCall, path: string) => void },
  call: DiskCall,
  path: string,
  code = 'EIO',
): () => void {
  disk.before = (made, on) => {
    if (made === call && on.includes(path)) throw failure(code, on);
  };
  return () => {
    disk.before = () => undefined;
  };
}

describe('a failed sync', () => {
  it('refuses the waiting appends and all later ones, permanently, and is never retried', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, ['t-1']);
    const heal = failing(disk, 'datasync', '.journal');
    const waiting = [journal.append(TASKS.name, aBatch('a'))];
    await Promise.resolve();
    await Promise.resolve();
    waiting.push(journal.append(TASKS.name, aBatch('b')), journal.append(TASKS.name, aBatch('c')));
    for (const append of waiting) await expect(append).rejects.toMatchObject(unavailable);
    heal();
    const syncs = disk.count('datasync');
    await expect(journal.append(TASKS.name, aBatch('d'))).rejects.toMatchObject(unavailable);
    expect(disk.count('datasync')).toBe(syncs);
    expect(journal.status()).toMatchObject({ writable: false });
    expect(journal.status().reason).toMatch(/could not be synced \(EIO\)/);
  });

  it('does not prevent a checkpoint', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    const heal = failing(disk, 'datasync', '.journal');
    await expect(journal.append(TASKS.name, aBatch('x'))).rejects.toMatchObject(unavailable);
    heal();
    await journal.checkpoint(2, 0);
    expect(namesOf((await reopened(disk.crash(nothing))).entries)).toEqual(['t-3']);
  });

  it('of the folder counts, too', async () => {
    const { journal, disk } = await anOpenJournal();
    const heal = failing(disk, 'syncFolder', FOLDER);
    await expect(journal.append(TASKS.name, aBatch('x'))).rejects.toMatchObject(unavailable);
    heal();
    await expect(journal.append(TASKS.name, aBatch('y'))).rejects.toMatchObject(unavailable);
  });

  it('is not hidden by a resulting failure', async () => {
    const { journal, disk } = await anOpenJournal();
    disk.before = (call, path) => {
      if (call === 'syncFolder' || call === 'close') throw failure('EIO', path);
    };
    await expect(journal.append(TASKS.name, aBatch('x'))).rejects.toMatchObject(unavailable);
    disk.before = () => undefined;
    await expect(journal.append(TASKS.name, aBatch('y'))).rejects.toMatchObject(unavailable);
  });

  it('of the checkpoint removes nothing, is reported, and stops all writing', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    const heal = failing(disk, 'datasync', 'checkpoint');
    await journal.checkpoint(3, 0);
    heal();
    expect(journal.status()).toMatchObject({ writable: false, segments: 1 });
    expect(journal.status().damage[0]).toContain('the checkpoint failed');
    await journal.checkpoint(3, 0);
    expect(namesOf((await reopened(disk.crash(nothing))).entries)).toEqual(names(1, 3));
  });
});

describe('a full disk', () => {
  for (const code of ['ENOSPC', 'EDQUOT']) {
    it(`(${code}) refuses the append and accepts the next one that fits`, async () => {
      const { journal, disk, clock } = await anOpenJournal();
      await appendAll(journal, ['t-1']);
      const heal = failing(disk, 'write', '.journal', code);
      await expect(journal.append(TASKS.name, aBatch('x'))).rejects.toMatchObject(unavailable);
      expect(journal.status()).toMatchObject({ writable: false });
      expect(journal.status().reason).toContain(`the disk is full (${code})`);
      heal();
      await clock.advance(5000);
      expect(journal.status()).toMatchObject({ writable: true, reason: null });
      await appendAll(journal, ['t-2']);
      const { entries, journal: second } = await reopened(disk.crash(nothing));
      expect(namesOf(entries)).toEqual(['t-1', 't-2']);
      expect(second.status().damage).toEqual([]);
    });
  }

  it('leaves no part of a refused entry', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, ['t-1']);
    const before = journal.status().bytes;
    disk.capacity = disk.used + 100;
    await expect(journal.append(TASKS.name, aBatch('x'))).rejects.toMatchObject(unavailable);
    disk.capacity = Number.POSITIVE_INFINITY;
    expect(disk.content(`${FOLDER}/00000000000000000001.journal`)).toHaveLength(before);
    await appendAll(journal, ['t-2']);
    const all = await reopened(disk.crash((unsynced) => unsynced));
    expect(namesOf(all.entries)).toEqual(['t-1', 't-2']);
    expect(all.journal.status().damage).toEqual([]);
  });

  it('that cannot be rolled back stops all writing, since its sequence numbers cannot be reused', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, ['t-1']);
    disk.before = (call, path) => {
      if ((call === 'write' || call === 'truncate') && path.includes('.journal')) {
        throw failure('ENOSPC', path);
      }
    };
    await expect(journal.append(TASKS.name, aBatch('x'))).rejects.toMatchObject(unavailable);
    disk.before = () => undefined;
    await expect(journal.append(TASKS.name, aBatch('y'))).rejects.toMatchObject(unavailable);
    expect(journal.status().reason).toContain('could not be rolled back');
  });

  it('does not prevent opening and replay', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    const after = disk.crash(nothing);
    await after.remove(`${FOLDER}/reserve`);
    after.capacity = 0;
    const { entries, journal: second } = await reopened(after);
    expect(namesOf(entries)).toEqual(names(1, 3));
    await expect(second.append(TASKS.name, aBatch('x'))).rejects.toMatchObject(unavailable);
    await second.checkpoint(3, 0);
    expect(second.status().segments).toBe(0);
    after.capacity = Number.POSITIVE_INFINITY;
    expect(await second.append(TASKS.name, aBatch('t-4'))).toBe(4);
    expect(after.content(`${FOLDER}/reserve`)).toHaveLength(4096);
  });
});

describe('the reserve', () => {
  const room = async (bytes: number) => {
    const disk = new FakeDisk();
    await disk.makeFolder(FOLDER);
    disk.capacity = bytes;
    return { disk, reserve: new Reserve(disk, FOLDER, 1000) };
  };

  it('is given up to a write that needs its space, and not restored during that write', async () => {
    const { disk, reserve } = await room(1000);
    await reserve.open();
    await reserve.spend(async () => {
      if (disk.used > 0) throw failure('ENOSPC');
      await expect(reserve.restore()).rejects.toMatchObject({ code: 'ENOSPC' });
    });
    await reserve.restore();
    expect(disk.used).toBe(1000);
  });

  it('that is incomplete is created again', async () => {
    const { disk, reserve } = await room(600);
    await reserve.open();
    await expect(reserve.restore()).rejects.toMatchObject({ code: 'ENOSPC' });
    disk.capacity = 2000;
    await reserve.restore();
    disk.damage(`${FOLDER}/reserve`, (bytes) => bytes.subarray(0, 10));
    await new Reserve(disk, FOLDER, 1000).open();
    expect(disk.used).toBe(1000);
  });

  it('does not help against other failures', async () => {
    const { disk, reserve } = await room(5000);
    await reserve.open();
    const work = () => Promise.reject(failure('EIO'));
    await expect(reserve.spend(work)).rejects.toMatchObject({ code: 'EIO' });
    expect(disk.used).toBe(1000);
  });
});

describe('a folder that is not writable', () => {
  it('is named, with the solution', async () => {
    const { journal, disk } = aJournal();
    disk.makeFolder = () => Promise.reject(failure('EACCES'));
    const refusal = journal.open();
    await expect(refusal).rejects.toBeInstanceOf(ConfigurationError);
    await expect(refusal).rejects.toThrow(`${FOLDER} cannot be used (EACCES)`);
  });
});

describe('the quota', () => {
  it('refuses an append that would exceed it, before writing', async () => {
    const { journal, disk } = await anOpenJournal({ maxBytes: 2000 });
    const results = await Promise.allSettled(
      names(1, 20).map((name) => journal.append(TASKS.name, aBatch(name))),
    );
    const accepted = results.filter(({ status }) => status === 'fulfilled').length;
    expect(accepted).toBeGreaterThan(2);
    expect(accepted).toBeLessThan(20);
    expect(journal.status().bytes).toBeLessThanOrEqual(2000);
    expect(journal.status().reason).toContain('limit of 2000 bytes');
    expect(disk.count('truncate')).toBe(0);
    const [refused] = results.filter((result) => result.status === 'rejected');
    expect(refused?.reason).toMatchObject(unavailable);
  });

  it('accepts the writes of earlier entries again: a checkpoint then frees these', async () => {
    const { journal } = await anOpenJournal({ maxBytes: 2000 });
    await Promise.allSettled(names(1, 20).map((name) => journal.append(TASKS.name, aBatch(name))));
    await expect(journal.append(TASKS.name, aBatch('new'))).rejects.toMatchObject(unavailable);
    const last = await journal.append(TASKS.name, aBatch('t-1'), { again: true });
    await journal.checkpoint(last - 1, 0);
    expect(journal.status()).toMatchObject({ writable: true });
    expect(await journal.append(TASKS.name, aBatch('new'))).toBe(last + 1);
  });

  it('is available again when entries are stored', async () => {
    const { journal } = await anOpenJournal({ maxBytes: 2000 });
    const results = await Promise.allSettled(
      names(1, 20).map((name) => journal.append(TASKS.name, aBatch(name))),
    );
    const accepted = results.filter(({ status }) => status === 'fulfilled').length;
    await journal.checkpoint(accepted, 0);
    expect(journal.status()).toMatchObject({ writable: true, bytes: 0 });
    expect(await journal.append(TASKS.name, aBatch('next'))).toBe(accepted + 1);
  });
});
