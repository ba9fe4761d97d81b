import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv } from '../../../src/adapters/files/csv.js';
import type { RecordFields } from '../../../src/domain/write.js';
import { bytesOf, documentOf, task } from './support/document.js';
import { anyText } from './support/texts.js';

type Row = Readonly<Record<string, string>>;

async function textOf(tasks: readonly RecordFields[], keepFormulas = false): Promise<string> {
  const options = { layout: 'records', keepFormulas } as const;
  return (await bytesOf(csv.write(documentOf(tasks), options))).toString();
}

async function rowsOf(tasks: readonly RecordFields[], keepFormulas = false): Promise<Row[]> {
  return parse(await textOf(tasks, keepFormulas), {
    bom: true,
    columns: true,
    record_delimiter: '\r\n',
  });
}

describe('the form', () => {
  it('is UTF-8 with a BOM, a header and CRLF', async () => {
    const text = await textOf([task('task-1', { target_text: 'a "quoted", 漢' })]);
    expect(text).toBe(
      '\ufefftask_id,session_id,batch_id,sheet_name,row_index,column_name,source_text,target_text,context,status,confidence,error_message,retry_count,start_time,end_time,duration_ms,created_at,updated_at\r\n' +
        'task-1,session-1,batch-1,Items,1,en,source,"a ""quoted"", 漢",,completed,0.9312,,2,2026-09-21T12:00:00.000Z,2026-09-21T12:00:00.005Z,5,2026-09-21T12:00:00.000Z,2026-09-21T12:00:00.000Z\r\n',
    );
  });

  it('has the header alone when there are no tasks', async () => {
    expect((await textOf([])).split('\r\n')).toHaveLength(2);
  });

  it('has every task in order, also when they fill many pieces', async () => {
    const tasks = Array.from({ length: 3000 }, (_, index) =>
      task(`task-${index}`, { row_index: index, context: 'x'.repeat(200) }),
    );
    const rows = await rowsOf(tasks);
    expect(rows.map((row) => row.task_id)).toEqual(tasks.map((record) => record.task_id));
  });

  it('holds a text of 1 MiB', async () => {
    const text = '漢\n'.repeat(262_144);
    expect((await rowsOf([task('task-1', { context: text })]))[0]?.context).toBe(text);
  });
});

describe('formulas', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('quotes %j', async (text) => {
    const [row] = await rowsOf([task('-task', { target_text: text, sheet_name: text })]);
    expect(row).toMatchObject({
      task_id: "'-task",
      target_text: `'${text}`,
      sheet_name: `'${text}`,
    });
  });

  it('leaves numbers and other texts as they are', async () => {
    const fields = { target_text: "'a=1", context: ' =1', row_index: 0, confidence: 0 };
    const [row] = await rowsOf([task('task-1', fields)]);
    expect(row).toMatchObject({ ...fields, row_index: '0', confidence: '0' });
  });

  it('keeps them if asked to', async () => {
    const [row] = await rowsOf([task('task-1', { target_text: '=1+1' })], true);
    expect(row?.target_text).toBe('=1+1');
  });
});

it('keeps every text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 6 }), async (texts) => {
      const tasks = texts.map((text, index) => task(`task-${index}`, { target_text: text }));
      const kept = await rowsOf(tasks, true);
      expect(kept.map((row) => row.target_text)).toEqual(texts);
      const quoted = await rowsOf(tasks);
      expect(quoted.map((row) => row.target_text)).toEqual(
        texts.map((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)),
      );
    }),
  );
});
