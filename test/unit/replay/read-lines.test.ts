import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError, readLines } from '../../../scripts/replay/read-lines.js';
import { survey } from '../../../scripts/replay/survey.js';
import { aFinishedSession, aFinishedTask, withFiles } from './support/job.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ps-lines-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(name: string, content: string | Buffer) {
  const file = join(folder, name);
  await writeFile(file, content);
  const records = [];
  for await (const record of readLines(file)) records.push(record);
  return records;
}

describe('reading lines', () => {
  const text = '{"a":"🏮"}\n\n{"a":"灯"}\r\n{"a":3}';

  it('yields one record per line, compressed or not, and skips empty lines', async () => {
    const records = [{ a: '🏮' }, { a: '灯' }, { a: 3 }];
    expect(await read('plain.ndjson', text)).toEqual(records);
    expect(await read('packed.ndjson.gz', gzipSync(text))).toEqual(records);
  });

  it('reports a truncated compressed file', async () => {
    const packed = gzipSync(Array.from({ length: 5000 }, (_, n) => `{"n":${n}}`).join('\n'));
    const cut = packed.subarray(0, packed.length - 100);
    await expect(read('cut.ndjson.gz', cut)).rejects.toThrow(InputError);
  });

  it.each([
    ['{"a":1}\n{"a"\n', /line 2: not JSON/],
    ['[1]\n', /line 1: expected a JSON object/],
  ])('names the invalid line: %j', async (content, message) => {
    await expect(read('bad.ndjson', content)).rejects.toThrow(message);
  });

  it.each(['missing.ndjson', 'missing.ndjson.gz'])('names the missing file: %s', async (name) => {
    const lines = readLines(join(folder, name));
    await expect(lines.next()).rejects.toThrow(/missing\.ndjson.*no such file/);
  });
});

describe('the first pass over a job', () => {
  it('keeps the sessions and counts their tasks', async () => {
    const tasks = [aFinishedTask('a', 1), aFinishedTask('b', 1), aFinishedTask('a', 2)];
    await withFiles([aFinishedSession('a')], tasks, async (...files) => {
      const found = await survey(...files);
      expect([...found.sessions.keys()]).toEqual(['a']);
      expect([...found.tasksOf]).toEqual([
        ['a', 2],
        ['b', 1],
      ]);
      expect(found.tasks).toBe(3);
    });
  });

  it.each([
    ['a repeated session', [aFinishedSession('a'), aFinishedSession('a')], []],
    ['a session without an id', [{ filename: 'items.xlsx' }], []],
    ['a task without a session', [], [{ task_id: '1' }]],
  ])('refuses %s', async (_, sessions, tasks) => {
    await withFiles(sessions, tasks, (...files) =>
      expect(survey(...files)).rejects.toThrow(InputError),
    );
  });
});
