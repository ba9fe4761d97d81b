import { describe, expect, it } from 'vitest';
import { JournalFolder } from '../../../src/adapters/journal/journal-folder.js';
import { RecordLog } from '../../../src/adapters/journal/record-log.js';
import { FileQuarantine } from '../../../src/adapters/quarantine/file-quarantine.js';
import type { Quarantine } from '../../../src/ports/quarantine.js';
import { aRefusal } from '../../contracts/quarantine.contract.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeDisk, failure } from '../journal/support/fake-disk.js';

const FOLDER = '/data/journal';
const LOG = `${FOLDER}/quarantine.log`;
const nothing = () => 0;

async function aQuarantine(disk = new FakeDisk()) {
  const folder = new JournalFolder(FOLDER, { disk, clock: new FakeClock(), reserveBytes: 4096 });
  const quarantine = new FileQuarantine(new RecordLog(folder, 'quarantine.log'));
  await quarantine.open();
  return { quarantine, disk, folder };
}

function keys(quarantine: Quarantine): string[] {
  return quarantine.list().map(({ write }) => write.key);
}

function idsOf(quarantine: Quarantine): string[] {
  return quarantine.list().map(({ id }) => id);
}

const largeRefusal = (key: string, version = 1) =>
  aRefusal(key, version, { fields: { source_text: '剣'.repeat(100_000) } });

describe('a change of the quarantine', () => {
  it('is on disk before it is answered, and not seen before that', async () => {
    const { quarantine, disk } = await aQuarantine();
    const added = quarantine.add([aRefusal('a'), aRefusal('b')]);
    expect(quarantine.count()).toBe(0);
    await added;
    const after = await aQuarantine(disk.crash(nothing));
    expect(keys(after.quarantine)).toEqual(['b', 'a']);
    await after.quarantine.remove(idsOf(after.quarantine).slice(0, 1));
    expect(keys((await aQuarantine(after.disk.crash(nothing))).quarantine)).toEqual(['a']);
  });

  it('survives a crash at any later moment of a run', async () => {
    for (let calls = 0; calls < 60; calls += 1) {
      const { quarantine, disk } = await aQuarantine();
      let left = calls;
      disk.before = (_call, path) => {
        left -= 1;
        if (left < 0) throw failure('EIO', path);
      };
      const certain = new Set<string>();
      const removed = new Set<string>();
      try {
        for (const key of ['a', 'b', 'c', 'd']) {
          await quarantine.add([largeRefusal(key)]);
          certain.add(key);
        }
        // By now the log is large enough to be written anew when half of it is outdated.
        for (const key of ['a', 'b', 'c']) {
          removed.add(key);
          certain.delete(key);
          const id = quarantine.list().find(({ write }) => write.key === key)?.id ?? '';
          await quarantine.remove([id]);
        }
        await quarantine.add([largeRefusal('d', 2)]);
      } catch {
        // The disk has died.
      }
      const { quarantine: after, folder } = await aQuarantine(disk.crash((n) => Math.ceil(n / 2)));
      for (const key of certain) expect(keys(after)).toContain(key);
      expect(folder.damage.reports).toEqual([]);
    }
  });

  it('that fails is not seen, and the next one is not hindered', async () => {
    const { quarantine, disk } = await aQuarantine();
    await quarantine.add([aRefusal('a')]);
    disk.before = (call, path) => {
      if (call === 'write') throw failure('EIO', path);
    };
    await expect(quarantine.add([aRefusal('b')])).rejects.toMatchObject({
      code: 'JOURNAL_UNAVAILABLE',
    });
    await expect(quarantine.remove(idsOf(quarantine))).rejects.toThrow();
    expect(keys(quarantine)).toEqual(['a']);
    disk.before = () => undefined;
    expect(await quarantine.add([aRefusal('b')])).toBe(0);
    expect(keys((await aQuarantine(disk.crash(nothing))).quarantine)).toEqual(['b', 'a']);
  });

  it('takes the room of the reserve when the disk is full', async () => {
    const { quarantine, disk } = await aQuarantine();
    disk.capacity = disk.used;
    await quarantine.add([aRefusal('a'), aRefusal('b')]);
    expect(await disk.list(FOLDER)).not.toContain('reserve');
    expect(keys((await aQuarantine(disk.crash(nothing))).quarantine)).toEqual(['b', 'a']);
  });

  it('is refused for good after a failed sync', async () => {
    const { quarantine, disk } = await aQuarantine();
    disk.before = (call, path) => {
      if (call === 'datasync') throw failure('EIO', path);
    };
    await expect(quarantine.add([aRefusal('a')])).rejects.toThrow(/could not be synced/);
    disk.before = () => undefined;
    const syncs = disk.count('datasync');
    await expect(quarantine.add([aRefusal('a')])).rejects.toThrow(/restart the service/);
    expect(disk.count('datasync')).toBe(syncs);
  });
});

describe('the log of the quarantine', () => {
  it('has its torn end cut off', async () => {
    const { quarantine, disk } = await aQuarantine();
    await quarantine.add([aRefusal('a')]);
    await quarantine.add([aRefusal('b')]);
    disk.damage(LOG, (bytes) => bytes.subarray(0, bytes.length - 1));
    const { quarantine: after, folder, disk: next } = await aQuarantine(disk.crash(nothing));
    expect(keys(after)).toEqual(['a']);
    expect(folder.damage.reports).toEqual([]);
    await after.add([aRefusal('c')]);
    expect(keys((await aQuarantine(next.crash(nothing))).quarantine)).toEqual(['c', 'a']);
  });

  it('has damage moved aside and is read on behind it', async () => {
    const { quarantine, disk } = await aQuarantine();
    for (const key of ['a', 'b', 'c']) await quarantine.add([aRefusal(key)]);
    disk.damage(LOG, (bytes) => {
      bytes[Math.floor(bytes.length / 2)] = 0xff;
      return bytes;
    });
    const { quarantine: after, folder } = await aQuarantine(disk.crash(nothing));
    expect(keys(after)).toEqual(['c', 'a']);
    expect(folder.damage.reports[0]).toMatch(/^quarantine\.log: .* entry 2 is lost/);
  });

  it('is written anew when it is mostly outdated', async () => {
    const { quarantine, disk } = await aQuarantine();
    await quarantine.add([aRefusal('kept')]);
    for (let round = 1; round <= 30; round += 1) {
      await quarantine.add([largeRefusal('large', round)]);
    }
    expect(disk.content(LOG).length).toBeLessThan(1_500_000);
    await quarantine.remove(idsOf(quarantine).slice(0, 1));
    const after = await aQuarantine(disk.crash(nothing));
    expect(keys(after.quarantine)).toEqual(['kept']);
    expect(await after.disk.list(FOLDER)).not.toContain('quarantine.log.new');
  });

  it('stays as it is while there is no room to write it anew', async () => {
    const { quarantine, disk } = await aQuarantine();
    for (const key of ['a', 'b', 'c', 'd']) await quarantine.add([largeRefusal(key)]);
    await disk.remove(`${FOLDER}/reserve`);
    disk.capacity = disk.used + 2000;
    await quarantine.remove(idsOf(quarantine).slice(0, 3));
    expect(keys(quarantine)).toEqual(['a']);
    expect(disk.content(LOG).length).toBeGreaterThan(1_000_000);
    expect(keys((await aQuarantine(disk.crash(nothing))).quarantine)).toEqual(['a']);
  });
});

describe('the folder', () => {
  it('is shared with the journal of the same service, and left when both are closed', async () => {
    const { quarantine, folder, disk } = await aQuarantine();
    const leave = await folder.enter();
    await leave();
    await leave();
    await expect(aQuarantine(disk)).rejects.toThrow(/in use by process/);
    await quarantine.close();
    await aQuarantine(disk);
  });
});
