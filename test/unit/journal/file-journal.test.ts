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

/** A checkpoint slot without the greatest accepted version. */
function slotOfVersion100(sequence: number): Buffer {
  const slot = Buffer.alloc(16);
  slot.writeUInt32BE(0xff434b01, 0);
  slot.writeBigUInt64BE(BigInt(sequence), 4);
  slot.writeUInt32BE(crc32(slot.subarray(0, 12)), 12);
  return slot;
}

/** Approximate size of one entry of `appendAll`. */
const ENTRY = 250;

describe('an acknowledged batch', () => {
  it('survives a crash that leaves only synced data', async () => {
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

  it('is replayed once, also if it was replayed by an earlier run', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 2));
    const second = await reopened(disk.crash(nothing));
    await appendAll(second.journal, ['t-3']);
    const third = await reopened(second.disk.crash(nothing));
    expect(namesOf(third.entries)).toEqual(names(1, 3));
  });
});

describe('group commit', () => {
  it('writes and syncs all waiting appends together', async () => {
    const { journal, disk } = await anOpenJournal();
    const numbers = await Promise.all(
      names(1, 50).map((name) => journal.append(TASKS.name, aBatch(name))),
    );
    expect(numbers).toEqual(names(1, 50).map((_, index) => index + 1));
    expect(disk.count('write', '.journal')).toBe(1);
    expect(disk.count('datasync', '.journal')).toBe(1);
  });

  it('collects appends that arrive during a sync into the next group', async () => {
    const { journal, disk } = await anOpenJournal();
    const first = journal.append(TASKS.name, aBatch('t-1'));
    await Promise.resolve();
    await Promise.resolve();
    const others = names(2, 20).map((name) => journal.append(TASKS.name, aBatch(name)));
    await Promise.all([first, ...others]);
    expect(disk.count('datasync', '.journal')).toBe(2);
    expect(journal.status().syncs).toBe(2);
  });

  it('reports its size limit, and the number and duration of syncs', async () => {
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
  it('are rotated by size, and replayed in order', async () => {
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

  it('are removed once all their entries are stored, including the active one', async () => {
    const { journal, disk } = await anOpenJournal({ segmentBytes: 3 * ENTRY });
    await appendAll(journal, names(1, 10));
    await journal.checkpoint(5, 0);
    expect(namesOf((await reopened(disk.crash(nothing))).entries)).toEqual(names(6, 10));
    await journal.checkpoint(10, 0);
    expect(journal.status()).toMatchObject({ segments: 0, bytes: 0 });
    expect((await disk.list(FOLDER)).filter((name) => name.endsWith('.journal'))).toEqual([]);
  });

  it('may be missing if all their entries are stored', async () => {
    const { journal, disk } = await anOpenJournal({ segmentBytes: 3 * ENTRY });
    await appendAll(journal, names(1, 10));
    await journal.checkpoint(7, 0);
    const second = await reopened(disk.crash(nothing));
    expect(second.journal.status().damage).toEqual([]);
  });
});

describe('sequence numbers', () => {
  it('continue after all segments are removed', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 4));
    await journal.checkpoint(4, 0);
    const second = await reopened(disk.crash(nothing));
    expect(second.entries).toEqual([]);
    expect(await second.journal.append(TASKS.name, aBatch('t-5'))).toBe(5);
  });

  it('have no gap after a refused append', async () => {
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
  it('is postponed if the last one is recent, and written when traffic stops', async () => {
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

  it('that was postponed is written when the journal is closed', async () => {
    const { journal, disk } = await anOpenJournal({ checkpointInterval: 1000 });
    await appendAll(journal, names(1, 3));
    await journal.checkpoint(1, 0);
    await journal.checkpoint(3, 0);
    await journal.close();
    expect((await reopened(disk.crash(nothing))).entries).toEqual([]);
  });

  it('beyond the replayed entries is limited while older entries wait for replay', async () => {
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

  it('covers the entry that replay yielded last', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    const second = aJournal({ disk: disk.crash(nothing) });
    await second.journal.open();
    for await (const { sequence } of second.journal.replay()) {
      if (sequence === 2) await second.journal.checkpoint(2, 0);
    }
    expect(namesOf((await reopened(second.disk.crash(nothing))).entries)).toEqual(['t-3']);
  });

  it('can be read if one of its two slots is damaged', async () => {
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

  it('has an intact slot at every moment, also if one was torn before', async () => {
    for (const torn of [0, 4096]) {
      const { journal, disk } = await anOpenJournal();
      await appendAll(journal, names(1, 3));
      await journal.checkpoint(1, 10);
      disk.damage(`${FOLDER}/checkpoint`, (bytes) => bytes.fill(7, torn, torn + 12));
      const second = await reopened(disk.crash(nothing));
      // The power fails during the write of the first of the two slots.
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

  it('has an intact slot at every moment, also after a failed write', async () => {
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
    // The remains of the failed write in its slot.
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

  it('contains the greatest accepted version, after a crash and if one of its slots is damaged', async () => {
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

  it('accepts the greatest accepted version while older entries wait for replay, and its sequence stays', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 3));
    const second = aJournal({ disk: disk.crash(nothing) });
    await second.journal.open();
    await second.journal.checkpoint(3, 77);
    const third = await reopened(second.disk.crash(nothing));
    expect(namesOf(third.entries)).toEqual(names(1, 3));
    expect(third.journal.highWater()).toBe(77);
  });

  it('of version 1.0.0 can be read, and has no accepted version', async () => {
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

  it('that is unreadable is reported, and all remaining entries are replayed', async () => {
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
  it('syncs earlier appends, and refuses later ones', async () => {
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

  it('releases the folder for the next process', async () => {
    const { journal, disk } = await anOpenJournal();
    await expect(reopened(disk)).rejects.toThrow(/in use by process \d+ on host .+ since 2026-/);
    await journal.close();
    const { journal: second } = await reopened(disk);
    expect(await replayed(second)).toEqual([]);
  });
});
