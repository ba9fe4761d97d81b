import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { JournalFolder } from '../../../src/adapters/journal/file/journal-folder.js';
import {
  QuarantineLog,
  type QuarantineSlice,
} from '../../../src/adapters/journal/file/quarantine-log.js';
import {
  encodeHeader,
  HEADER_BYTES,
  PAYLOAD,
} from '../../../src/adapters/journal/file/segments/frame.js';
import type { Write } from '../../../src/domain/write.js';
import { FakeClock } from '../../support/application/fake-clock.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';
import { FakeDisk, failure } from './support/fake-disk.js';
import { FOLDER } from './support/journals.js';

const LOG = `${FOLDER}/quarantine.log`;

/** A change of the quarantine in the format of version 1.0.0. */
const put = (id: string, write: Write, collection: string = TASKS.name) => ({
  put: {
    id,
    collection,
    write,
    reason: 'MISSING_PARENT: session_id "s-1" does not exist',
    missingParent: 's-1',
    attempts: 1,
    quarantinedAt: 1,
  },
});
const remove = (...ids: string[]) => ({ remove: ids });

function frameOf(change: object, sequence: number): Buffer {
  const payload = Buffer.from(JSON.stringify(change));
  const header = encodeHeader({
    sequence,
    kind: PAYLOAD.record,
    collection: 0,
    payloadBytes: payload.length,
    payloadCrc: crc32(payload),
  });
  return Buffer.concat([header, payload]);
}

/** A folder with such a log; without one for null. */
async function withLog(changes: readonly object[] | null) {
  const disk = new FakeDisk();
  await disk.makeFolder(FOLDER);
  if (changes !== null) {
    const file = await disk.open(LOG, 'create');
    await file.write(
      changes.map((change, index) => frameOf(change, index + 1)),
      0,
    );
    await file.datasync();
    await file.close();
    await disk.syncFolder(FOLDER);
  }
  return { disk, ...openedOn(disk) };
}

function openedOn(disk: FakeDisk) {
  const folder = new JournalFolder(FOLDER, { disk, clock: new FakeClock(), reserveBytes: 4096 });
  return { folder, log: new QuarantineLog(folder) };
}

async function slicesOf(log: QuarantineLog): Promise<QuarantineSlice[]> {
  const slices: QuarantineSlice[] = [];
  for await (const slice of log.read()) slices.push(slice);
  return slices;
}

const keysOf = (slices: readonly QuarantineSlice[]) =>
  slices.map(({ writes }) => writes.map(({ key }) => key));

describe('the quarantine of an earlier version', () => {
  it('is empty if there is no log, and creates nothing', async () => {
    const { log, disk } = await withLog(null);
    expect(await slicesOf(log)).toEqual([]);
    await log.forget();
    expect(await disk.list(FOLDER)).toEqual([]);
  });

  it('is read write for write', async () => {
    const write = taskWrite('t-1', 1, { source_text: 'épée ⚔️', confidence: 0.5 });
    const { log } = await withLog([put('a', write), put('b', taskWrite('t-2', 2))]);
    expect(await slicesOf(log)).toEqual([
      { collection: TASKS.name, writes: [write, taskWrite('t-2', 2)] },
    ]);
  });

  it('has the texts of its JSON fields, which were objects', async () => {
    const write = sessionWrite('s-1', 1);
    const earlier = { ...write.fields, game_info: { b: 1, a: [] } };
    const { log } = await withLog([
      put('a', { ...write, fields: earlier as never }, SESSIONS.name),
    ]);
    const [slice] = await slicesOf(log);
    expect(slice?.writes[0]?.fields).toEqual({ ...write.fields, game_info: '{"b":1,"a":[]}' });
  });

  it('omits removed records, and has repeated records in their last form', async () => {
    const { log } = await withLog([
      put('a', taskWrite('t-1', 1)),
      put('b', taskWrite('t-2', 1)),
      put('c', taskWrite('t-3', 1)),
      put('b', taskWrite('t-2', 2, { status: 'completed' })),
      remove('a', 'c'),
      put('d', taskWrite('t-1', 3)),
      remove('nothing'),
    ]);
    const slices = await slicesOf(log);
    expect(keysOf(slices)).toEqual([['t-2', 't-1']]);
    expect(slices[0]?.writes[0]?.fields.status).toBe('completed');
  });

  it('is empty if all records were removed', async () => {
    const { log } = await withLog([put('a', taskWrite('t-1', 1)), remove('a')]);
    expect(await slicesOf(log)).toEqual([]);
  });

  it('is read in slices of one collection each', async () => {
    const { log } = await withLog([
      put('a', sessionWrite('s-1', 1), SESSIONS.name),
      put('b', taskWrite('t-1', 1)),
      put('c', taskWrite('t-2', 1)),
      put('d', sessionWrite('s-2', 1), SESSIONS.name),
    ]);
    const slices = await slicesOf(log);
    expect(slices.map(({ collection }) => collection)).toEqual([
      SESSIONS.name,
      TASKS.name,
      SESSIONS.name,
    ]);
    expect(keysOf(slices)).toEqual([['s-1'], ['t-1', 't-2'], ['s-2']]);
  });

  it('is read in slices that have each key once', async () => {
    const { log } = await withLog([
      put('a', taskWrite('t-1', 1)),
      put('b', taskWrite('t-2', 1)),
      put('c', taskWrite('t-1', 2, { session_id: 's-2' })),
    ]);
    expect(keysOf(await slicesOf(log))).toEqual([['t-1', 't-2'], ['t-1']]);
  });

  it('is read in slices of limited bytes, a larger record separately', async () => {
    const large = (key: string, megabytes: number) =>
      put(key, taskWrite(key, 1, { source_text: 'x'.repeat(megabytes * 1024 * 1024) }));
    const { log } = await withLog([
      large('a', 1),
      large('b', 2),
      large('c', 1),
      large('d', 5),
      large('e', 1),
      large('f', 1),
    ]);
    expect(keysOf(await slicesOf(log))).toEqual([['a', 'b'], ['c'], ['d'], ['e', 'f']]);
  });

  it('is silently truncated at a torn end', async () => {
    const { log, disk, folder } = await withLog([
      put('a', taskWrite('t-1', 1)),
      put('b', taskWrite('t-2', 1)),
    ]);
    disk.damage(LOG, (bytes) => bytes.subarray(0, bytes.length - 1));
    expect(keysOf(await slicesOf(log))).toEqual([['t-1']]);
    expect(folder.damage.reports).toEqual([]);
  });

  it('has damage copied and reported, and is read beyond it', async () => {
    const changes = ['a', 'b', 'c'].map((id) => put(id, taskWrite(`t-${id}`, 1)));
    const { log, disk, folder } = await withLog(changes);
    const second = frameOf(changes[0] ?? {}, 1).length;
    disk.damage(LOG, (bytes) => {
      bytes[second + HEADER_BYTES + 10] = 0xff;
      return bytes;
    });
    expect(keysOf(await slicesOf(log))).toEqual([['t-a', 't-c']]);
    expect(folder.damage.reports).toEqual([
      expect.stringMatching(/^quarantine\.log: .* entry 2 is lost/),
    ]);
  });

  it('is deleted permanently', async () => {
    const { log, disk } = await withLog([put('a', taskWrite('t-1', 1))]);
    await slicesOf(log);
    await log.forget();
    const { log: after } = openedOn(disk.crash(() => 0));
    expect(await slicesOf(after)).toEqual([]);
  });

  it('can be read again until it is deleted', async () => {
    const { log, disk } = await withLog([put('a', taskWrite('t-1', 1))]);
    expect(keysOf(await slicesOf(log))).toEqual([['t-1']]);
    disk.before = (call, path) => {
      if (call === 'remove') throw failure('EROFS', path);
    };
    await expect(log.forget()).rejects.toThrow('EROFS');
    expect(keysOf(await slicesOf(openedOn(disk.crash(() => 0)).log))).toEqual([['t-1']]);
  });

  it('is not read while another process has the folder, which is released afterwards', async () => {
    const { log, disk, folder } = await withLog([put('a', taskWrite('t-1', 1))]);
    const leave = await folder.enter();
    await expect(slicesOf(openedOn(disk).log)).rejects.toThrow(/in use by process/);
    expect(keysOf(await slicesOf(log))).toEqual([['t-1']]);
    await leave();
    expect(keysOf(await slicesOf(openedOn(disk).log))).toEqual([['t-1']]);
  });

  it('releases the folder if the reader stops early', async () => {
    const { log, disk } = await withLog([
      put('a', taskWrite('t-1', 1)),
      put('b', sessionWrite('s-1', 1), SESSIONS.name),
    ]);
    for await (const _slice of log.read()) break;
    expect(await slicesOf(openedOn(disk).log)).toHaveLength(2);
  });
});
