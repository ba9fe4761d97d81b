import { describe, expect, it } from 'vitest';
import { xlsx } from '../../../src/adapters/files/xlsx/xlsx.js';
import type { RecordFields } from '../../../src/domain/write.js';
import { bytesOf, documentOf, task } from './support/document.js';
import { readWorkbook, type WorkbookRead } from './support/read-workbook.js';

const RED = 'FFFFC7CE';
const YELLOW = 'FFFFEB9C';
const DIFFER = 'the source texts of a row differ in 1 rows: that of its first cell is shown';

async function opened(tasks: readonly RecordFields[]): Promise<WorkbookRead> {
  const file = xlsx().write(documentOf(tasks), { layout: 'sheets', keepFormulas: false });
  return readWorkbook(await bytesOf(file));
}

const cell = (key: string, row: number, column: string, fields: RecordFields = {}): RecordFields =>
  task(key, { row_index: row, column_name: column, ...fields });

describe('the sheets of the file', () => {
  it('are worksheets with its rows ascending and its columns', async () => {
    const workbook = await opened([
      cell('a', 7, 'fr', { source_text: 'seven', target_text: 'sept' }),
      cell('b', 2, 'en', { source_text: 'two', target_text: 'two' }),
      cell('c', 2, 'fr', { source_text: 'two', target_text: 'deux' }),
      cell('d', 0, 'de', { sheet_name: 'Dialogs', source_text: 'zero', target_text: 'null' }),
    ]);
    expect(workbook.titles).toEqual(['Items', 'Dialogs']);
    expect(workbook.sheet('Items').rows).toEqual([
      ['row', 'source', 'fr', 'en'],
      [2, 'two', 'deux', 'two'],
      [7, 'seven', 'sept'],
    ]);
    expect(workbook.sheet('Dialogs').rows).toEqual([
      ['row', 'source', 'de'],
      [0, 'zero', 'null'],
    ]);
  });

  it('keep their bold header in view', async () => {
    const sheet = (await opened([cell('a', 1, 'en')])).sheet('Items');
    expect(sheet.frozenRows).toBe(1);
    expect(['A1', 'B1', 'C1', 'C2'].map(sheet.isBold)).toEqual([true, true, true, false]);
  });

  it('are one empty worksheet when there are no tasks', async () => {
    const workbook = await opened([]);
    expect(workbook.titles).toEqual(['Sheet1']);
    expect(workbook.sheet('Sheet1').rows).toEqual([]);
  });
});

describe('a cell', () => {
  it.each([
    ['completed', undefined],
    ['cancelled', undefined],
    ['skipped', undefined],
    ['failed', RED],
    ['pending', YELLOW],
    ['translating', YELLOW],
  ])('of a task that is %s has the color %s', async (status, color) => {
    const workbook = await opened([
      cell('a', 1, 'en', { status }),
      cell('b', 2, 'en', { status, target_text: null }),
    ]);
    const sheet = workbook.sheet('Items');
    expect([sheet.color('C2'), sheet.color('C3')]).toEqual([color, color]);
    expect(sheet.rows[1]?.[2]).toBe('target');
    expect(sheet.rows[2]?.[2] ?? null).toBe(null);
  });

  it('is text, also when it looks like a formula and after it is edited', async () => {
    const sheet = (
      await opened([
        cell('a', 1, 'en', { target_text: '=1+1', source_text: '@x', status: 'failed' }),
        cell('b', 2, 'en', { target_text: '007' }),
      ])
    ).sheet('Items');
    expect(sheet.rows.slice(1)).toEqual([
      [1, '@x', '=1+1'],
      [2, 'source', '007'],
    ]);
    expect(['B2', 'C2', 'C3'].map(sheet.isQuoted)).toEqual([true, true, false]);
    expect(sheet.color('C2')).toBe(RED);
  });

  it('of two tasks shows the one updated last, and a note names both', async () => {
    const at = (time: number, target: string) => ({ updated_at: time, target_text: target });
    const workbook = await opened([
      cell('old', 1, 'en', at(1, 'old')),
      cell('new', 1, 'en', at(3, 'new')),
      cell('middle', 1, 'en', at(2, 'middle')),
      cell('tie-a', 2, 'en', at(1, 'tie a')),
      cell('tie-b', 2, 'en', at(1, 'tie b')),
    ]);
    expect(workbook.sheet('Items').rows.slice(1)).toEqual([
      [1, 'source', 'new'],
      [2, 'source', 'tie b'],
    ]);
    expect(workbook.sheet('notes').rows.slice(1)).toEqual([
      ['Items', 'C2', 'shows task new; task old has the same cell'],
      ['Items', 'C2', 'shows task new; task middle has the same cell'],
      ['Items', 'C3', 'shows task tie-b; task tie-a has the same cell'],
    ]);
  });
});

describe('the source text', () => {
  it('is that of the first cell, and a note counts the rows where others differ', async () => {
    const workbook = await opened([
      cell('a', 1, 'en', { source_text: 'same' }),
      cell('b', 1, 'fr', { source_text: 'same' }),
      cell('c', 2, 'fr', { source_text: 'second' }),
      cell('d', 2, 'en', { source_text: 'first' }),
    ]);
    expect(workbook.sheet('Items').rows.map((row) => row[1])).toEqual(['source', 'same', 'first']);
    expect(workbook.sheet('notes').rows.slice(1)).toEqual([['Items', '', DIFFER]]);
  });

  it.each([
    ['comes first', ['new', 'old']],
    ['comes last', ['old', 'new']],
  ])('of two tasks of the first cell is that of the one shown, which %s', async (_, keys) => {
    const workbook = await opened([
      ...keys.map((key) =>
        cell(key, 1, 'en', {
          updated_at: key === 'new' ? 2 : 1,
          source_text: `${key} source`,
          target_text: `${key} target`,
        }),
      ),
      cell('b', 1, 'fr', { source_text: 'new source' }),
    ]);
    expect(workbook.sheet('Items').rows[1]).toEqual([1, 'new source', 'new target', 'target']);
    const notes = workbook.sheet('notes').rows.map((row) => row[2]);
    expect(notes).toContain(DIFFER);
  });

  it('of a newer task in a later cell is not shown', async () => {
    const workbook = await opened([
      cell('a', 1, 'en', { source_text: 'first' }),
      cell('old', 1, 'fr', { updated_at: 1, source_text: 'second' }),
      cell('new', 1, 'fr', { updated_at: 2, source_text: 'third' }),
    ]);
    expect(workbook.sheet('Items').rows[1]?.[1]).toBe('first');
  });
});

it('leaves out a task whose column came during the export, and says so', async () => {
  const document = documentOf([cell('a', 1, 'en'), cell('late', 1, 'fr')]);
  const [sheet] = document.sheets;
  if (sheet === undefined) throw new Error('no sheet');
  const earlier = { ...document, sheets: [{ ...sheet, columns: ['en'] }] };
  const file = xlsx().write(earlier, { layout: 'sheets', keepFormulas: false });
  const workbook = await readWorkbook(await bytesOf(file));
  expect(workbook.sheet('Items').rows[1]).toEqual([1, 'source', 'target']);
  expect(workbook.sheet('notes').rows[1]?.[2]).toContain('task late is left out');
});
