import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileJournal } from '../../src/adapters/journal/file/file-journal.js';
import { JournalFolder } from '../../src/adapters/journal/file/journal-folder.js';
import { HEADER_BYTES } from '../../src/adapters/journal/file/segments/frame.js';
import { TASKS } from '../../src/domain/collections/tasks.js';
import { FakeClock } from '../support/application/fake-clock.js';
import { taskWrite } from '../support/records/writes.js';

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const SEGMENT = '00000000000000000001.journal';

const root = mkdtempSync(join(tmpdir(), 'journal-damage-'));
const original = join(root, 'original');
/** The offset of each entry, and the end of the last one. */
const offsets: number[] = [];
let bytes: Buffer;

function journalIn(path: string): FileJournal {
  return new FileJournal(new JournalFolder(path, { clock: new FakeClock(), reserveBytes: 64 }));
}

/** Opens a copy of the journal with changed bytes in its segment: what it replays and reports. */
async function replay(changed: Buffer) {
  const path = join(root, 'copy');
  cpSync(original, path, { recursive: true });
  writeFileSync(join(path, SEGMENT), changed);
  const journal = journalIn(path);
  await journal.open();
  const keys: string[] = [];
  for await (const { writes } of journal.replay()) keys.push(writes[0]?.key ?? '');
  const next = await journal.append(TASKS.name, [taskWrite('next', 9)]);
  const { damage } = journal.status();
  await journal.close();
  const aside = damage.length === 0 ? [] : readdirSync(join(path, 'damaged'));
  rmSync(path, { recursive: true });
  return { keys, damage, next, aside };
}

function flipped(offset: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[offset] = (copy[offset] ?? 0) ^ (1 << bit);
  return copy;
}

beforeAll(async () => {
  const journal = journalIn(original);
  await journal.open();
  for await (const _ of journal.replay());
  for (const key of KEYS) {
    offsets.push(journal.status().bytes);
    await journal.append(TASKS.name, [taskWrite(key, 1)]);
  }
  offsets.push(journal.status().bytes);
  await journal.close();
  bytes = readFileSync(join(original, SEGMENT));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('a journal on a real disk', () => {
  it('keeps every entry before a truncation, at every byte of the last two', async () => {
    for (let end = offsets[3] ?? 0; end <= bytes.length; end += 1) {
      const { keys, damage, next } = await replay(bytes.subarray(0, end));
      const whole = offsets.filter((offset) => offset > 0 && offset <= end).length;
      expect(keys, `cut at ${end}`).toEqual(KEYS.slice(0, whole));
      expect(damage, `cut at ${end}`).toEqual([]);
      expect(next).toBe(whole + 1);
    }
  });

  it('loses one entry and no other, and reports it, for a flipped bit at any byte of the last two', async () => {
    for (let offset = offsets[3] ?? 0; offset < bytes.length; offset += 1) {
      const { keys, damage, aside } = await replay(flipped(offset, offset % 8));
      const lost = offset < (offsets[4] ?? 0) ? 'd' : 'e';
      expect(keys, `flip at ${offset}`).toEqual(KEYS.filter((key) => key !== lost));
      expect(damage, `flip at ${offset}`).toHaveLength(1);
      expect(aside, `flip at ${offset}`).toHaveLength(2);
    }
  });

  it('loses one entry for any bit of its header', async () => {
    const begin = offsets[2] ?? 0;
    for (let bit = 0; bit < HEADER_BYTES * 8; bit += 1) {
      const { keys, damage } = await replay(flipped(begin + (bit >> 3), bit & 7));
      expect(keys, `bit ${bit}`).toEqual(['a', 'b', 'd', 'e']);
      expect(damage[0], `bit ${bit}`).toContain('entry 3 is lost');
    }
  });

  it('copies the damaged bytes unchanged', async () => {
    const path = join(root, 'aside');
    cpSync(original, path, { recursive: true });
    const changed = Buffer.from(bytes).fill(0xff, (offsets[1] ?? 0) + 5, (offsets[3] ?? 0) - 5);
    writeFileSync(join(path, SEGMENT), changed);
    const journal = journalIn(path);
    await journal.open();
    for await (const _ of journal.replay());
    const [report] = journal.status().damage;
    await journal.close();
    expect(report).toContain('entries 2 to 3 are lost');
    const [name = ''] = readdirSync(join(path, 'damaged')).filter((each) => each.endsWith('bytes'));
    expect(name).toMatch(new RegExp(`^${SEGMENT}@${offsets[1]}-[0-9a-f]{8}\\.bytes$`));
    expect(readFileSync(join(path, 'damaged', name))).toEqual(
      changed.subarray(offsets[1], offsets[3]),
    );
  });

  it('finds the next entry after megabytes of damage', async () => {
    const rubbish = Buffer.alloc(3_000_000, 0xff);
    const at = offsets[2] ?? 0;
    const { keys, damage } = await replay(
      Buffer.concat([bytes.subarray(0, at), rubbish, bytes.subarray(at)]),
    );
    expect(keys).toEqual(KEYS);
    expect(damage[0]).toContain('no unstored entry is lost');
  });
});
