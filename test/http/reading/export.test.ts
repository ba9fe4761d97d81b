import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { StorageUnavailableError } from '../../../src/domain/errors.js';
import { toRecord } from '../../../src/domain/write.js';
import { anHttpApp, aSession, aTask, type HttpTestApp } from '../../support/http/http-app.js';
import { taskWrite } from '../../support/records/writes.js';
import { readWorkbook } from '../../unit/files/support/read-workbook.js';

async function aStore(filename = 'items.xlsx'): Promise<HttpTestApp> {
  const app = anHttpApp();
  await app.ok(await app.post('sessions/batch', { sessions: [aSession('s-1', { filename })] }));
  const cell = (id: string, sheet_name: string, row_index: number, fields: object) =>
    aTask(id, { sheet_name, row_index, column_name: 'zh-CN', ...fields });
  const tasks = [
    cell('b', 'Items', 3, { source_text: 'sword', target_text: '剑 🗡', status: 'completed' }),
    cell('a', 'Items', 2, { source_text: '=1+1', target_text: '=2', status: 'completed' }),
    cell('c', 'Items', 3, { source_text: 'sword', column_name: 'de-DE', status: 'failed' }),
    cell('d', 'Quests', 2, { source_text: 'go', target_text: null, status: 'pending' }),
  ];
  // Waiting: an export stores what was accepted before.
  await app.ok(await app.post('tasks/batch', { tasks }));
  return app;
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

describe('GET /sessions/{id}/export', () => {
  it('gives the sheets with their rows and columns, as a workbook', async () => {
    const app = await aStore();
    const response = await app.get('sessions/s-1/export');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="items.xlsx"');
    const workbook = await readWorkbook(await bytesOf(response));
    expect(workbook.titles).toEqual(['Items', 'Quests']);
    expect(workbook.sheet('Items').rows).toEqual([
      ['row', 'source', 'de-DE', 'zh-CN'],
      [2, '=1+1', null, '=2'],
      [3, 'sword', null, '剑 🗡'],
    ]);
    const [head, row] = workbook.sheet('Quests').rows;
    expect(head).toEqual(['row', 'source', 'zh-CN']);
    expect(row?.slice(0, 2)).toEqual([2, 'go']);
  });

  it('gives the sheets and the columns in the order of their names', async () => {
    const app = anHttpApp();
    await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
    const names = ['b', '𠮷', '！', 'B'];
    const tasks = names.flatMap((sheet_name) =>
      names.map((column_name) => aTask(sheet_name + column_name, { sheet_name, column_name })),
    );
    await app.ok(await app.post('tasks/batch', { tasks }));
    const response = await app.get('sessions/s-1/export?format=xlsx');
    const workbook = await readWorkbook(await bytesOf(response));
    const [header] = workbook.sheet('！').rows;
    expect(header).toEqual(['row', 'source', 'B', 'b', '！', '𠮷']);
    expect(workbook.titles).toEqual(['B', 'b (2)', '！', '𠮷', 'notes']);
  });

  it('gives one row for each task as CSV, without formulas', async () => {
    const app = await aStore('关卡.XLSX');
    const response = await app.get('sessions/s-1/export?format=csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="??.csv"; filename*=UTF-8\'\'%E5%85%B3%E5%8D%A1.csv',
    );
    const rows: Record<string, string>[] = parse(await bytesOf(response), {
      bom: true,
      columns: true,
    });
    expect(rows.map(({ task_id, source_text }) => [task_id, source_text])).toEqual([
      ['a', "'=1+1"],
      ['b', 'sword'],
      ['c', 'sword'],
      ['d', 'go'],
    ]);
    const kept = await app.get('sessions/s-1/export?format=csv&formulas=keep');
    expect(await kept.text()).toContain(',=1+1,');
  });

  it('gives the session and its tasks as lines that can be posted back', async () => {
    const app = await aStore();
    const response = await app.get('sessions/s-1/export?format=ndjson');
    const lines = (await response.text()).trimEnd().split('\n');
    const [session, ...tasks] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(session).toEqual(await app.ok(await app.get('sessions/s-1')));
    expect(tasks[0]).toEqual(await app.ok(await app.get('tasks/a')));
    const copy = anHttpApp();
    await copy.ok(await copy.post('sessions/batch', { sessions: [session] }));
    await copy.ok(await copy.post('tasks/batch?ack=stored', { tasks }));
    expect(await copy.ok(await copy.get('tasks/b'))).toMatchObject({ target_text: '剑 🗡' });
  });

  it.each([
    ['format=pdf', 'format'],
    ['layout=pages', 'layout'],
    ['format=csv&layout=sheets', 'which has records'],
    ['format=ndjson&layout=sheets', 'which has records'],
    ['formulas=keep', 'only possible for the format csv'],
  ])('refuses %s', async (query, reason) => {
    const app = await aStore();
    const response = await app.get(`sessions/s-1/export?${query}`);
    expect(response.status).toBe(422);
    expect(await response.text()).toContain(reason);
  });

  it('is 404 for an unknown session', async () => {
    const app = await aStore();
    expect((await app.get('sessions/s-9/export')).status).toBe(404);
  });

  it.each([
    ['../../etc/passwd', 'attachment; filename=".._.._etc_passwd.xlsx"'],
    ['a"b.tar.gz', 'attachment; filename="a\\"b.tar.xlsx"'],
    ['.xlsx', 'attachment; filename="session.xlsx"'],
  ])('names the file after %j', async (filename, expected) => {
    const app = await aStore(filename);
    const response = await app.get('sessions/s-1/export');
    expect(response.headers.get('content-disposition')).toBe(expected);
  });

  it('is refused while the store is down', async () => {
    const app = await aStore();
    await app.ok(await app.post('flush'));
    app.taskStore.down = true;
    expect((await app.get('sessions/s-1/export')).status).toBe(503);
  });

  it('is cut off, and logged, if the store fails in the middle', async () => {
    const app = await aStore();
    await app.buffer.flush();
    const whole = await app.exportRecord.open(TASKS, 's-1');
    async function* records() {
      const task = toRecord(TASKS, taskWrite('t-1', 0, { source_text: 'x'.repeat(500_000) }));
      for (let chunk = 0; chunk < 5; chunk += 1) yield [task];
      throw new StorageUnavailableError('memory', 'gone');
    }
    app.exportRecord.open = async () => (whole === null ? null : { ...whole, records });
    await expect(app.get('sessions/s-1/export?format=ndjson')).rejects.toThrow('gone');
    expect(app.logger.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'An answer was cut off' },
    ]);
  });
});
