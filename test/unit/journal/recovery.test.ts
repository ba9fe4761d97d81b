import { describe, expect, it } from 'vitest';
import { HEADER_BYTES } from '../../../src/adapters/journal/file/segments/frame.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { type FakeDisk, failure } from './support/fake-disk.js';
import {
  aBatch,
  anOpenJournal,
  appendAll,
  FIRST_SEGMENT,
  FOLDER,
  names,
  namesOf,
  reopened,
} from './support/journals.js';

const nothing = () => 0;

/** A disk with one segment of `count` entries, and their offsets. */
async function aDiskWith(count: number): Promise<{ disk: FakeDisk; offsets: number[] }> {
  const { journal, disk } = await anOpenJournal();
  const offsets: number[] = [];
  for (const name of names(1, count)) {
    offsets.push(journal.status().bytes);
    await appendAll(journal, [name]);
  }
  return { disk: disk.crash(nothing), offsets: [...offsets, journal.status().bytes] };
}

function flip(disk: FakeDisk, path: string, offset: number): void {
  disk.damage(path, (bytes) => {
    bytes[offset] = (bytes[offset] ?? 0) ^ 0x10;
    return bytes;
  });
}

describe('a torn last entry', () => {
  it('is truncated silently', async () => {
    const { disk, offsets } = await aDiskWith(3);
    disk.damage(FIRST_SEGMENT, (bytes) => bytes.subarray(0, (offsets[2] ?? 0) + 40));
    const { journal, entries, disk: after } = await reopened(disk);
    expect(namesOf(entries)).toEqual(['t-1', 't-2']);
    expect(journal.status().damage).toEqual([]);
    expect(after.content(FIRST_SEGMENT)).toHaveLength(offsets[2] ?? 0);
  });

  it('may be zeros, if the file was extended before it was written to', async () => {
    const { disk } = await aDiskWith(2);
    disk.damage(FIRST_SEGMENT, (bytes) => Buffer.concat([bytes, Buffer.alloc(5000)]));
    const { journal, entries } = await reopened(disk);
    expect(namesOf(entries)).toEqual(['t-1', 't-2']);
    expect(journal.status().damage).toEqual([]);
  });

  it('leaves its sequence number to the next entry', async () => {
    const { disk, offsets } = await aDiskWith(3);
    disk.damage(FIRST_SEGMENT, (bytes) => bytes.subarray(0, (offsets[2] ?? 0) + 1));
    const { journal, disk: after } = await reopened(disk);
    expect(await journal.append(TASKS.name, aBatch('again'))).toBe(3);
    const { entries } = await reopened(after.crash(nothing));
    expect(namesOf(entries)).toEqual(['t-1', 't-2', 'again']);
  });

  it('that was the only one leaves an empty journal', async () => {
    const { disk } = await aDiskWith(1);
    disk.damage(FIRST_SEGMENT, (bytes) => bytes.subarray(0, 10));
    const { journal, entries } = await reopened(disk);
    expect(entries).toEqual([]);
    expect(journal.status()).toMatchObject({ damage: [], segments: 0, bytes: 0 });
  });
});

describe('a damaged last entry', () => {
  it('is copied and reported, and the entries before it are kept', async () => {
    const { disk, offsets } = await aDiskWith(3);
    const begin = offsets[2] ?? 0;
    const length = (offsets[3] ?? 0) - begin;
    flip(disk, FIRST_SEGMENT, begin + HEADER_BYTES + 5);
    const damaged = disk.content(FIRST_SEGMENT).subarray(begin);
    const { journal, entries, disk: after } = await reopened(disk);
    expect(namesOf(entries)).toEqual(['t-1', 't-2']);
    const [report] = journal.status().damage;
    expect(report).toContain(`damage at offset ${begin} (${length} B)`);
    expect(report).toContain('no valid entry follows entry 2');
    const name = (await after.list(`${FOLDER}/damaged`)).find((each) => each.endsWith('.bytes'));
    expect(name).toContain(`@${begin}-`);
    expect(after.content(`${FOLDER}/damaged/${name}`)).toEqual(damaged);
  });

  it('is distinguished from a torn one if its length is damaged', async () => {
    const { disk, offsets } = await aDiskWith(3);
    // The highest byte of the length: the frame now seems to extend far beyond the file.
    flip(disk, FIRST_SEGMENT, (offsets[2] ?? 0) + 4);
    const { journal, entries } = await reopened(disk);
    expect(namesOf(entries)).toEqual(['t-1', 't-2']);
    expect(journal.status().damage).toHaveLength(1);
  });

  it('is copied in the space of the reserve if the disk is full', async () => {
    const { disk, offsets } = await aDiskWith(3);
    flip(disk, FIRST_SEGMENT, (offsets[2] ?? 0) + HEADER_BYTES);
    disk.capacity = 0;
    const { journal, entries } = await reopened(disk);
    expect(namesOf(entries)).toEqual(['t-1', 't-2']);
    expect(journal.status().damage[0]).toContain('Copy: damaged');
  });

  it('stays in place if there is no space for the copy', async () => {
    const { disk, offsets } = await aDiskWith(3);
    flip(disk, FIRST_SEGMENT, (offsets[2] ?? 0) + HEADER_BYTES);
    await disk.remove(`${FOLDER}/reserve`);
    disk.capacity = 0;
    const { journal, entries, disk: after } = await reopened(disk);
    expect(namesOf(entries)).toEqual(['t-1', 't-2']);
    expect(journal.status().damage[0]).toMatch(/\(the copy failed: ENOSPC\)$/);
    expect(after.content(FIRST_SEGMENT)).toHaveLength(offsets[3] ?? 0);
    after.capacity = Number.POSITIVE_INFINITY;
    const next = await reopened(after.crash(nothing));
    expect(namesOf(next.entries)).toEqual(['t-1', 't-2']);
    expect(next.journal.status().damage[0]).toMatch(/Copy: damaged\/[^ ]+$/);
  });

  it('is copied by the next start if a start failed to do it', async () => {
    for (const [call, part] of [
      ['write', '.bytes'],
      ['create', '.txt'],
      ['write', '.txt'],
      ['openFolder', '/damaged'],
    ] as const) {
      const { disk, offsets } = await aDiskWith(3);
      flip(disk, FIRST_SEGMENT, (offsets[2] ?? 0) + HEADER_BYTES);
      const damaged = disk.content(FIRST_SEGMENT).subarray(offsets[2]);
      disk.before = (made, path) => {
        if (made === call && path.endsWith(part)) throw failure('EMFILE', path);
      };
      const first = await reopened(disk);
      expect(first.journal.status().damage[0]).toMatch(/\(the copy failed: EMFILE\)$/);
      disk.before = () => undefined;
      disk.kill();
      const second = await reopened(disk);
      expect(namesOf(second.entries), `${call} ${part}`).toEqual(['t-1', 't-2']);
      const after = disk.crash(nothing);
      const kept = (await after.list(`${FOLDER}/damaged`)).filter((each) => /bytes$/.test(each));
      expect(kept, `${call} ${part}`).toHaveLength(1);
      expect(after.content(`${FOLDER}/damaged/${kept[0]}`)).toEqual(damaged);
    }
  });

  it('is copied durably before it is truncated, also by a start that was killed meanwhile', async () => {
    for (let calls = 0; calls < 30; calls += 1) {
      const { disk, offsets } = await aDiskWith(3);
      flip(disk, FIRST_SEGMENT, (offsets[2] ?? 0) + HEADER_BYTES);
      const damaged = disk.content(FIRST_SEGMENT).subarray(offsets[2]);
      let left = calls;
      disk.before = (_call, path) => {
        left -= 1;
        if (left < 0) throw failure('EIO', path);
      };
      await reopened(disk).catch(() => undefined);
      disk.before = () => undefined;
      disk.kill();
      await reopened(disk);
      const { journal, disk: after } = await reopened(disk.crash(nothing));
      const kept = (await after.list(`${FOLDER}/damaged`)).filter((each) => /bytes$/.test(each));
      expect(kept, `killed before call ${calls}`).toHaveLength(1);
      expect(after.content(`${FOLDER}/damaged/${kept[0]}`)).toEqual(damaged);
      expect(journal.status().damage[0]).toContain('Copy: damaged');
    }
  });

  it('that is all of a segment keeps the name of that segment reserved while it has to stay', async () => {
    const { disk } = await aDiskWith(1);
    flip(disk, FIRST_SEGMENT, 0);
    await disk.remove(`${FOLDER}/reserve`);
    disk.capacity = 0;
    const { journal, disk: after } = await reopened(disk);
    after.capacity = Number.POSITIVE_INFINITY;
    expect(await journal.append(TASKS.name, aBatch('next'))).toBe(2);
    expect(namesOf((await reopened(after.crash(nothing))).entries)).toEqual(['next']);
  });
});

describe('damage in the middle', () => {
  it('is copied, counted and described, and the rest is replayed', async () => {
    const { disk, offsets } = await aDiskWith(6);
    flip(disk, FIRST_SEGMENT, (offsets[1] ?? 0) + HEADER_BYTES + 3);
    flip(disk, FIRST_SEGMENT, (offsets[2] ?? 0) + 2);
    flip(disk, FIRST_SEGMENT, (offsets[4] ?? 0) + 6);
    const { journal, entries } = await reopened(disk);
    expect(namesOf(entries)).toEqual(['t-1', 't-4', 't-6']);
    expect(journal.status().damage).toHaveLength(2);
    expect(journal.status().damage[0]).toContain('entries 2 to 3 are lost');
    expect(journal.status().damage[1]).toContain('entry 5 is lost');
  });

  it('is found in a segment that others follow, at its end too', async () => {
    const { journal, disk } = await anOpenJournal({ segmentBytes: 1000 });
    await appendAll(journal, names(1, 8));
    const after = disk.crash(nothing);
    after.damage(FIRST_SEGMENT, (bytes) => bytes.subarray(0, bytes.length - 1));
    const second = await reopened(after);
    const lost = second.journal.status().damage;
    expect(lost).toHaveLength(1);
    expect(lost[0]).toMatch(/entry \d+ is lost/);
    expect(second.entries).toHaveLength(7);
  });

  it('that removed a whole segment is reported', async () => {
    const { journal, disk } = await anOpenJournal({ segmentBytes: 1000 });
    await appendAll(journal, names(1, 12));
    const after = disk.crash(nothing);
    const [, second = ''] = (await after.list(FOLDER)).filter((name) => name.endsWith('.journal'));
    await after.remove(`${FOLDER}/${second}`);
    const { journal: next, entries } = await reopened(after);
    expect(next.status().damage[0]).toMatch(/^Missing: (entry \d+ is|entries \d+ to \d+ are) lost/);
    expect(entries.length).toBeLessThan(12);
  });

  it('is reported as harmless if all lost entries had been stored', async () => {
    const { journal, disk } = await anOpenJournal();
    await appendAll(journal, names(1, 5));
    await journal.checkpoint(3, 0);
    const after = disk.crash(nothing);
    flip(after, FIRST_SEGMENT, 3);
    const { journal: second, entries } = await reopened(after);
    expect(namesOf(entries)).toEqual(['t-4', 't-5']);
    expect(second.status().damage[0]).toContain('no unstored entry is lost');
  });

  it('is reported after a restart too, once, until the folder damaged/ is emptied', async () => {
    const { disk, offsets } = await aDiskWith(3);
    flip(disk, FIRST_SEGMENT, (offsets[1] ?? 0) + HEADER_BYTES);
    const first = await reopened(disk);
    const reports = first.journal.status().damage;
    const second = await reopened(first.disk.crash(nothing));
    expect(second.journal.status().damage).toEqual(reports);
    await second.journal.checkpoint(3, 0);
    const third = await reopened(second.disk.crash(nothing));
    expect(third.entries).toEqual([]);
    expect(third.journal.status().damage).toEqual(reports);
    for (const name of await third.disk.list(`${FOLDER}/damaged`)) {
      await third.disk.remove(`${FOLDER}/damaged/${name}`);
    }
    await third.disk.syncFolder(`${FOLDER}/damaged`);
    const fourth = await reopened(third.disk.crash(nothing));
    expect(fourth.journal.status().damage).toEqual([]);
  });

  it('does not confuse text that looks like an entry with an entry', async () => {
    const { disk, offsets } = await aDiskWith(3);
    const older = disk.content(FIRST_SEGMENT).subarray(0, offsets[1]);
    disk.damage(FIRST_SEGMENT, (bytes) => {
      // A valid frame with an older sequence number, in place of entry 2.
      older.copy(bytes, offsets[1]);
      return bytes;
    });
    const { journal, entries } = await reopened(disk);
    expect(namesOf(entries)).toEqual(['t-1', 't-3']);
    expect(journal.status().damage).toHaveLength(1);
  });
});

describe('a journal of a newer version', () => {
  it('is refused instead of being reported as damaged', async () => {
    const { disk } = await aDiskWith(1);
    const { encodeHeader, decodeHeader } = await import(
      '../../../src/adapters/journal/file/segments/frame.js'
    );
    disk.damage(FIRST_SEGMENT, (bytes) => {
      const header = decodeHeader(bytes);
      if (header !== null) encodeHeader({ ...header, kind: 2 }).copy(bytes);
      return bytes;
    });
    await expect(reopened(disk)).rejects.toThrow(/does not know \(kind 2, collection 2\)/);
  });
});
