import { describe, expect, it } from 'vitest';
import { type FakeDisk, failure } from './support/fake-disk.js';
import { anOpenJournal, appendAll, FOLDER, names, namesOf, reopened } from './support/journals.js';

const CHECKPOINT = `${FOLDER}/checkpoint`;
const SLOTS = [0, 4096];
/** Of a slot, and of what is before its CRC. */
const [SLOT_BYTES, HEAD_BYTES] = [24, 20];
const nothing = () => 0;
type Numbers = readonly [sequence: number, version: number];

/**
 * Each entry has its own segment. The second checkpoint reaches one slot, then the process crashes.
 * After a restart the power fails during the first write of the third.
 */
async function afterTwoCrashes(newer: number, [first, second, third]: readonly Numbers[]) {
  const { journal, disk } = await anOpenJournal({ segmentBytes: 1 });
  await appendAll(journal, names(1, 3));
  await journal.checkpoint(...(first as Numbers));
  const earlier = disk.content(CHECKPOINT);
  await journal.checkpoint(...(second as Numbers));
  const older = newer === 0 ? 4096 : 0;
  disk.damage(CHECKPOINT, (bytes) => {
    earlier.copy(bytes, older, older, older + SLOT_BYTES);
    return bytes;
  });
  const restarted = await reopened(disk.crash(nothing));
  restarted.disk.before = (call, path) => {
    if (call === 'datasync' && path === CHECKPOINT) throw failure('EIO', path);
  };
  await restarted.journal.checkpoint(...(third as Numbers));
  return reopened(tornIn(restarted.disk));
}

/** The disk after a power failure that left all of a slot but its CRC. */
const tornIn = (disk: FakeDisk) =>
  disk.crash((unsynced) => (unsynced === SLOT_BYTES ? HEAD_BYTES : 0));

describe.each(SLOTS)('a checkpoint that reached only the slot at %i before a crash', (newer) => {
  it('is intact until the next one is, so that no stored entry seems lost', async () => {
    const { journal, entries } = await afterTwoCrashes(newer, [
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    expect(journal.status().damage).toEqual([]);
    expect(namesOf(entries)).toEqual(['t-3']);
    expect(journal.highWater()).toBe(20);
  });

  it('is intact until the next one is, if only its version is newer', async () => {
    const { journal } = await afterTwoCrashes(newer, [
      [1, 10],
      [1, 20],
      [1, 30],
    ]);
    expect(journal.highWater()).toBe(20);
  });
});
