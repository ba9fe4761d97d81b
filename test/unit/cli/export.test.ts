import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { anHttpApp, aSession, aTask } from '../../support/http/http-app.js';
import { command, networkOf } from '../../support/processes/command-line.js';

const WORKBOOK = {
  'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

async function aService() {
  const app = anHttpApp();
  const cwd = mkdtempSync(join(tmpdir(), 'ps-export-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  await app.post('sessions/batch', { sessions: [aSession('s-1', { filename: 'items.xlsx' })] });
  await app.post('tasks/batch', {
    tasks: [
      aTask('t-1', { sheet_name: 'Items', status: 'completed', target_text: '剑' }),
      aTask('t-2', { sheet_name: 'Items', status: 'failed' }),
      aTask('t-3', { sheet_name: 'Quests' }),
    ],
  });
  const fetch = networkOf(app);
  return { app, cwd, fetch, run: (...words: string[]) => command(words, { fetch, cwd }) };
}

describe('export', () => {
  it('writes a file that is named as the session', async () => {
    const { cwd, run } = await aService();
    const { code, stderr } = await run('export', 's-1');
    expect(stderr).toContain('items.xlsx: ');
    expect(code).toBe(0);
    expect(readdirSync(cwd)).toEqual(['items.xlsx']);
    expect(readFileSync(join(cwd, 'items.xlsx')).subarray(0, 2).toString()).toBe('PK');
  });

  it('writes the file and the format that are asked for', async () => {
    const { cwd, run } = await aService();
    const { code } = await run('export', 's-1', '--format', 'ndjson', '--output', 'job.ndjson');
    expect(code).toBe(0);
    const lines = readFileSync(join(cwd, 'job.ndjson'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ task_id: 't-1', target_text: '剑' });
  });

  it.each([
    ['an unknown session', ['export', 's-9'], 'The session "s-9" does not exist'],
    [
      'a layout that the format lacks',
      ['export', 's-1', '--format', 'csv', '--layout', 'sheets'],
      'which has records',
    ],
  ])('says why there is no file: %s', async (_, words, reason) => {
    const { cwd, run } = await aService();
    const { code, stderr } = await run(...words);
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('keeps no half file if the answer is cut off', async () => {
    const { cwd } = await aService();
    const cutOff: typeof globalThis.fetch = async () => {
      async function* half() {
        yield Buffer.from('PK');
        throw new Error('terminated');
      }
      return new Response(ReadableStream.from(half()), { headers: WORKBOOK });
    };
    const { code, stderr } = await command(['export', 's-1'], { fetch: cutOff, cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('nothing was kept: terminated');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('leaves an earlier file as it is if it fails', async () => {
    const { cwd, run } = await aService();
    await run('export', 's-1', '--output', 'a.xlsx');
    const before = readFileSync(join(cwd, 'a.xlsx'));
    expect((await run('export', 's-9', '--output', 'a.xlsx')).code).toBe(1);
    expect(readFileSync(join(cwd, 'a.xlsx'))).toEqual(before);
    expect(readdirSync(cwd)).toEqual(['a.xlsx']);
  });

  it('replaces a file only if the user names it', async () => {
    const { cwd, run } = await aService();
    writeFileSync(join(cwd, 'items.xlsx'), 'the original');
    const { code, stderr } = await run('export', 's-1');
    expect(readFileSync(join(cwd, 'items.xlsx'), 'utf8')).toBe('the original');
    expect(readdirSync(cwd)).toEqual(['items.xlsx']);
    expect(stderr).toContain('"items.xlsx" exists already');
    expect(stderr).toContain('--output');
    expect(code).toBe(1);
    expect((await run('export', 's-1', '--output', 'items.xlsx')).code).toBe(0);
    expect(readFileSync(join(cwd, 'items.xlsx')).subarray(0, 2).toString()).toBe('PK');
  });

  it('keeps a file that another program makes meanwhile', async () => {
    const { cwd } = await aService();
    const slow: typeof globalThis.fetch = async () => {
      async function* whole() {
        yield Buffer.from('PK');
        writeFileSync(join(cwd, 'session.xlsx'), 'the original');
      }
      return new Response(ReadableStream.from(whole()), { headers: WORKBOOK });
    };
    const { code, stderr } = await command(['export', 's-1'], { fetch: slow, cwd });
    expect(readFileSync(join(cwd, 'session.xlsx'), 'utf8')).toBe('the original');
    expect(readdirSync(cwd)).toEqual(['session.xlsx']);
    expect(stderr).toContain('"session.xlsx" exists already');
    expect(code).toBe(1);
  });

  it('shares no half file with another export', async () => {
    const { cwd, run } = await aService();
    const words = ['export', 's-1', '--output', 'a.xlsx'];
    const codes: (number | null)[] = [];
    const other: typeof globalThis.fetch = async () => {
      async function* whole() {
        yield Buffer.from('PK');
        codes.push((await run(...words)).code);
        yield Buffer.from(' of the one that ends last');
      }
      return new Response(ReadableStream.from(whole()), { headers: WORKBOOK });
    };
    codes.push((await command(words, { fetch: other, cwd })).code);
    expect(codes).toEqual([0, 0]);
    expect(readFileSync(join(cwd, 'a.xlsx'), 'utf8')).toBe('PK of the one that ends last');
    expect(readdirSync(cwd)).toEqual(['a.xlsx']);
  });
});

describe('progress', () => {
  it('shows each sheet as a line', async () => {
    const { run } = await aService();
    const { code, stdout } = await run('progress', 's-1');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'all sheets   66 %  3 tasks, completed 1, failed 1, pending 1',
      '  Items     100 %  2 tasks, completed 1, failed 1',
      '  Quests      0 %  1 task, pending 1',
    ]);
  });

  it('prints the answer unchanged with --json', async () => {
    const { app, run } = await aService();
    const { stdout } = await run('progress', 's-1', '--json');
    expect(JSON.parse(stdout)).toEqual(await app.ok(await app.get('sessions/s-1/progress')));
  });

  it('watches until every task is finished', async () => {
    const { app, run } = await aService();
    const tasks = [aTask('t-3', { sheet_name: 'Quests', status: 'completed' })];
    await app.post('tasks/batch', { tasks });
    const { code, stdout } = await run('progress', 's-1', '--watch');
    expect(code).toBe(0);
    expect(stdout).toContain('all sheets  100 %  3 tasks, completed 2, failed 1');
  });

  it('says that there is no such session', async () => {
    const { run } = await aService();
    expect((await run('progress', 's-9')).stderr).toContain('does not exist');
  });
});
