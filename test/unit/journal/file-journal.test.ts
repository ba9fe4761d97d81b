import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { failure } from './support/fake-disk.js';
import {
  aBatch,
  aJournal,
  anOpenJournal,
  appendAll,
  FIRST_SEGMENT,
  FOLDER,
  names,
  namesOf,
  reopened,
  replayed,
} from './support/journals.js';

const nothing = () => 0;

/** A slot of the checkpoint without the greatest accepted version. */
function slotOfVersion100(sequence: number): Buffer {
  const slot = Buffer.alloc(16);
  slot.writeUInt32BE(0xff434b01, 0);
  slot.writeBigUInt64BE(BigInt(sequence), 4);
  slot.writeUInt32BE(crc32(slot.subarray(0, 12)), 12);
  return slot;
}

/** About the bytes of one entry of `appendAll`. */
const ENTRY = 250;

describe('an acknowledged batch', () => {
  it('survives a crash that leaves only what was synced', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    const { entries } = await reopened(disk.crash(nothing));
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(entries[1]).toEqual({ sequence: 2, collection: TASKS.name, writes: aBatch('t-2') });
  });

  it('is not acknowledged before the sync that covers it', async () => {
    const { journal, disk } = await anOpenJournal();
    const synced: number[] = [];
    const append = async (name: string) => {
      await journal.append(TASKS.name, aBatch(name));
      synced.push(disk.count('datasync', '.journal'));
    };
    await Promise.all([append('t-1'), append('t-2')]);
    expect(synced).toEqual([1, 1]);
  });

  it('is replayed once, also when it was replayed by an earlier run', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 2));
    const second = await reopened(disk.crash(nothing));
    await appendAll(second.journal, ['t-3']);
    const third = await reopened(second.disk.crash(nothing));
    expect(namesOf(third.entries)).toEqual(names(1, 3));
  });
});

describe('group commit', () => {
  it('lets all appends that wait share one write and one sync', async () => {
    const { journal, disk } = await anOpenJournal();
    const numbers = await Promise.all(
      names(1, 50).map((name) => journal.append(TASKS.name, aBatch(name))),
    );
    expect(numbers).toEqual(names(1, 50).map((_, index) => index + 1));
    expect(disk.count('write', '.journal')).toBe(1);
    expect(disk.count('datasync', '.journal')).toBe(1);
  });

  it('gathers what arrives while a sync runs into the next one', async () => {
    const { journal, disk } = await anOpenJournal();
    const first = journal.append(TASKS.name, aBatch('t-1'));
    await Promise.resolve();
    await Promise.resolve();
    const others = names(2, 20).map((name) => journal.append(TASKS.name, aBatch(name)));
    await Promise.all([first, ...others]);
    expect(disk.count('datasync', '.journal')).toBe(2);
    expect(journal.status().syncs).toBe(2);
  });

  it('says how much it may hold, how often it synced and how long that took', async () => {
    const { journal, clock } = await anOpenJournal({ maxBytes: 100 * ENTRY });
    let elapsed = 0;
    clock.monotonic = () => {
      elapsed += 5;
      return elapsed;
    };
    expect(journal.status()).toMatchObject({ limitBytes: 100 * ENTRY, syncs: 0, syncSeconds: 0 });
    await appendAll(journal, ['t-1', 't-2']);
    expect(journal.status()).toMatchObject({ lastSyncSeconds: 0.005, syncs: 2, syncSeconds: 0.01 });
  });

  it('acknowledges in the order of the calls', async () => {
    const { journal } = await anOpenJournal();
    const order: number[] = [];
    await Promise.all(
      names(1, 9).map((name) =>
        journal.append(TASKS.name, aBatch(name)).then((sequence) => order.push(sequence)),
      ),
    );
    expect(order).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('segments', () => {
  it('follow one another by size, and are replayed in order', async () => {
    const { journal, disk } = await anOpenJournal({ segmentBytes: 3 * ENTRY });
    await appendAll(journal, names(1, 10));
    expect(journal.status().segments).toBeGreaterThan(2);
    const { entries } = await reopened(disk.crash(nothing));
    expect(namesOf(entries)).toEqual(names(1, 10));
  });

  it('are never appended to by a later run', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, ['t-1']);
    const before = disk.content(FIRST_SEGMENT);
    const second = await reopened(disk.crash(nothing));
    await appendAll(second.journal, ['t-2']);
    expect(second.disk.content(FIRST_SEGMENT)).toEqual(before);
    expect(second.journal.status().segments).toBe(2);
  });

  it('are removed once everything in them is stored, the active one too', async () => {
    const { journal, disk } = await anOpenJournal({ segmentBytes: 3 * ENTRY });
    await appendAll(journal, names(1, 10));
    await journal.checkpoint(5, 0);
    expect(namesOf((await reopened(disk.crash(nothing))).entries)).toEqual(names(6, 10));
    await journal.checkpoint(10, 0);
    expect(journal.status()).toMatchObject({ segments: 0, bytes: 0 });
    expect((await disk.list(FOLDER)).filter((name) => name.endsWith('.journal'))).toEqual([]);
  });

  it('may be missing when everything in them is stored', async () => {
    const { journal, disk } = await anOpenJournal({ segmentBytes: 3 * ENTRY });
    await appendAll(journal, names(1, 10));
    await journal.checkpoint(7, 0);
    const second = await reopened(disk.crash(nothing));
    expect(second.journal.status().damage).toEqual([]);
  });
});

describe('sequence numbers', () => {
  it('go on when all segments are gone', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 4));
    await journal.checkpoint(4, 0);
    const second = await reopened(disk.crash(nothing));
    expect(second.entries).toEqual([]);
    expect(await second.journal.append(TASKS.name, aBatch('t-5'))).toBe(5);
  });

  it('have no gap when an append was refused', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, ['t-1']);
    disk.before = (call) => {
      if (call === 'write') throw new Error('EIO');
    };
    await expect(journal.append(TASKS.name, aBatch('lost'))).rejects.toMatchObject({
      code: 'JOURNAL_UNAVAILABLE',
    });
    disk.before = () => undefined;
    expect(await journal.append(TASKS.name, aBatch('t-2'))).toBe(2);
  });
});

describe('a checkpoint', () => {
  it('is left for later when the last one is recent, and comes when traffic stops', async () => {
    const { journal, clock, disk } = await anOpenJournal({ checkpointInterval: 1000 });
    await appendAll(journal, names(1, 3));
    await journal.checkpoint(1, 0);
    const synced = disk.count('datasync', 'checkpoint');
    await journal.checkpoint(2, 0);
    await journal.checkpoint(3, 0);
    expect(disk.count('datasync', 'checkpoint')).toBe(synced);
    expect(journal.status().segments).toBe(1);
    await clock.advance(1000);
    expect(journal.status().segments).toBe(0);
    expect(clock.armed).toEqual([]);
  });

  it('that was left for later is written when the journal is closed', async () => {
    const { journal, disk } = await anOpenJournal({ checkpointInterval: 1000 });
    await appendAll(journal, names(1, 3));
    await journal.checkpoint(1, 0);
    await journal.checkpoint(3, 0);
    await journal.close();
    expect((await reopened(disk.crash(nothing))).entries).toEqual([]);
  });

  it('beyond what was replayed is not believed while older entries wait to be replayed', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    const second = aJournal({ disk: disk.crash(nothing) });
    await second.journal.open();
    for await (const { sequence } of second.journal.replay()) {
      if (sequence !== 2) continue;
      const appended = await second.journal.append(TASKS.name, aBatch('requeued'));
      await second.journal.checkpoint(appended, 0);
      break;
    }
    const third = await reopened(second.disk.crash(nothing));
    expect(namesOf(third.entries)).toEqual([...names(1, 3), 'requeued']);
  });

  it('holds for the entry that replay handed out last', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    const second = aJournal({ disk: disk.crash(nothing) });
    await second.journal.open();
    for await (const { sequence } of second.journal.replay()) {
      if (sequence === 2) await second.journal.checkpoint(2, 0);
    }
    expect(namesOf((await reopened(second.disk.crash(nothing))).entries)).toEqual(['t-3']);
  });

  it('can be read when one of its two slots is damaged', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    await journal.checkpoint(3, 0);
    for (const offset of [8, 4096 + 8]) {
      const copy = disk.crash(nothing);
      copy.damage(`${FOLDER}/checkpoint`, (bytes) => {
        bytes[offset] = (bytes[offset] ?? 0) ^ 1;
        return bytes;
      });
      const second = await reopened(copy);
      expect(second.entries).toEqual([]);
      expect(await second.journal.append(TASKS.name, aBatch('t-4'))).toBe(4);
    }
  });

  it('has a slot that is whole at every moment, also when one was torn before', async () => {
    for (const torn of [0, 4096]) {
      const { journal, disk } = await anOpenJournal();
      await appendAll(journal, names(1, 3));
      await journal.checkpoint(1, 10);
      disk.damage(`${FOLDER}/checkpoint`, (bytes) => bytes.fill(7, torn, torn + 12));
      const second = await reopened(disk.crash(nothing));
      // The power fails while the first of the two slots is written.
      second.disk.before = (call, path) => {
        if (call === 'datasync' && path.includes('checkpoint')) throw failure('EIO', path);
      };
      await second.journal.checkpoint(2, 20);
      const third = await reopened(second.disk.crash((unsynced) => (unsynced > 4 ? 14 : 0)));
      expect(third.journal.status().damage, `slot at ${torn}`).toEqual([]);
      expect(namesOf(third.entries)).toEqual(['t-2', 't-3']);
      expect(third.journal.highWater()).toBe(10);
    }
  });

  it('has a slot that is whole at every moment, also after a write that failed', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    await journal.checkpoint(1, 10);
    let writes = 0;
    disk.before = (call, path) => {
      if (call !== 'write' || !path.includes('checkpoint')) return;
      writes += 1;
      if (writes === 2) throw failure('EIO', path);
    };
    await journal.checkpoint(2, 20);
    // What the failed write has left of its slot.
    disk.damage(`${FOLDER}/checkpoint`, (bytes) => bytes.fill(7, 4096, 4096 + 12));
    disk.before = (call, path) => {
      if (call === 'datasync' && path.includes('checkpoint')) throw failure('EIO', path);
    };
    await journal.checkpoint(3, 30);
    await expect(journal.settle()).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    const second = await reopened(disk.crash((unsynced) => (unsynced > 4 ? 14 : 0)));
    expect(second.journal.status().damage).toEqual([]);
    expect(namesOf(second.entries)).toEqual(['t-3']);
    expect(second.journal.highWater()).toBe(20);
  });

  it('has the greatest accepted version with it, over a crash and when one of its slots is damaged', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    await journal.checkpoint(2, 1_790_000_000_000_123);
    for (const offset of [14, 4096 + 14]) {
      const copy = disk.crash(nothing);
      copy.damage(`${FOLDER}/checkpoint`, (bytes) => {
        bytes[offset] = (bytes[offset] ?? 0) ^ 1;
        return bytes;
      });
      const second = await reopened(copy);
      expect(second.journal.highWater()).toBe(1_790_000_000_000_123);
      expect(namesOf(second.entries)).toEqual(['t-3']);
    }
  });

  it('takes the greatest accepted version while older entries wait to be replayed, and stays itself', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    const second = aJournal({ disk: disk.crash(nothing) });
    await second.journal.open();
    await second.journal.checkpoint(3, 77);
    const third = await reopened(second.disk.crash(nothing));
    expect(namesOf(third.entries)).toEqual(names(1, 3));
    expect(third.journal.highWater()).toBe(77);
  });

  it('that version 1.0.0 has written is read, and knows no accepted version', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    disk.damage(`${FOLDER}/checkpoint`, (bytes) => {
      for (const offset of [0, 4096]) slotOfVersion100(2).copy(bytes.fill(0, offset), offset);
      return bytes;
    });
    const second = await reopened(disk.crash(nothing));
    expect(namesOf(second.entries)).toEqual(['t-3']);
    expect(second.journal.highWater()).toBe(0);
    await second.journal.checkpoint(3, 9);
    const third = await reopened(second.disk.crash(nothing));
    expect([third.entries, third.journal.highWater()]).toEqual([[], 9]);
  });

  it('that can not be read is reported, and everything that is left is replayed', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    await journal.checkpoint(2, 0);
    disk.damage(`${FOLDER}/checkpoint`, (bytes) => bytes.fill(7));
    const { journal: second, entries } = await reopened(disk.crash(nothing));
    expect(namesOf(entries)).toEqual(names(1, 3));
    expect(second.status().damage).toEqual(['checkpoint: unreadable; all entries are replayed']);
  });
});

describe('closing', () => {
  it('puts on disk what was appended before, and refuses what comes after', async () => {
    const { journal, disk } = await anOpenJournal();
    const appended = journal.append(TASKS.name, aBatch('t-1'));
    const closed = journal.close();
    await expect(journal.append(TASKS.name, aBatch('t-2'))).rejects.toThrow(/closed/);
    await closed;
    expect(await appended).toBe(1);
    expect(namesOf((await reopened(disk.crash(nothing))).entries)).toEqual(['t-1']);
  });

  it('of a journal that was never opened does nothing', async () => {
    const { journal } = aJournal();
    await journal.close();
    expect(journal.status()).toMatchObject({ writable: false, reason: 'it is not open' });
  });

  it('lets the next process have the folder', async () => {
    const { journal, disk } = await anOpenJournal();
    await expect(reopened(disk)).rejects.toThrow(/in use by process \d+ on host .+ since 2026-/);
    await journal.close();
    const { journal: second } = await reopened(disk);
    expect(await replayed(second)).toEqual([]);
  });
});
