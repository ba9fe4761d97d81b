import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS, type Limits } from '../../../src/adapters/files/xlsx/limits.js';
import { SheetTitles } from '../../../src/adapters/files/xlsx/sheet-titles.js';
import { xlsx } from '../../../src/adapters/files/xlsx/xlsx.js';
import type { RecordFields } from '../../../src/domain/write.js';
import type { Layout } from '../../../src/ports/file-format.js';
import { bytesOf, documentOf, task } from './support/document.js';
import { readWorkbook, type WorkbookRead } from './support/read-workbook.js';

async function opened(
  tasks: readonly RecordFields[],
  limits: Partial<Limits> = {},
  layout: Layout = 'sheets',
): Promise<WorkbookRead> {
  const format = xlsx({ ...LIMITS, ...limits });
  return readWorkbook(
    await bytesOf(format.write(documentOf(tasks), { layout, keepFormulas: false })),
  );
}

const inSheets = (...names: readonly string[]) =>
  names.map((name, index) => task(`task-${index}`, { sheet_name: name, target_text: name }));
const inRows = (count: number) =>
  Array.from({ length: count }, (_, index) => task(`task-${index}`, { row_index: index }));

describe('titles of worksheets', () => {
  it('are made valid and unique, and the notes have the original', async () => {
    const long = `${'a'.repeat(30)}😀 and more`;
    const names = ['a/b', 'a_b', long, "'quoted'", 'history', 'Items', 'ITEMS', 'a\nb', '[x]:*?\\'];
    const workbook = await opened(inSheets(...names));
    expect(workbook.titles).toEqual([
      'a_b (2)',
      'a_b',
      'a'.repeat(30),
      '_quoted_',
      'history_',
      'Items',
      'ITEMS (2)',
      'a_b (3)',
      '_x_____',
      'notes',
    ]);
    names.forEach((name, index) => {
      expect(workbook.sheet(workbook.titles[index] ?? '').rows[1]?.[2]).toBe(name);
    });
    expect(workbook.sheet('notes').rows.slice(1)).toEqual(
      names.flatMap((name, index) => {
        const title = workbook.titles[index];
        return title === name ? [] : [[title, '', `the sheet is called: ${name}`]];
      }),
    );
  });

  it('leave a sheet its name that is called as the notes are', async () => {
    const workbook = await opened(inSheets('Notes', 'a:b'));
    expect(workbook.titles).toEqual(['Notes', 'a_b', 'notes (2)']);
    expect(workbook.sheet('Notes').rows[1]?.[2]).toBe('Notes');
  });

  it('keep a name that is an escape for the format', async () => {
    expect((await opened(inSheets('_x0041_', '<&">'))).titles).toEqual(['_x0041_', '<&">']);
  });

  it('are valid for any names', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('', ' ', "'", 'History', 'x'.repeat(31), 'X'.repeat(40), '😀'.repeat(20)),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (names) => {
        const titles = new SheetTitles().claimAll(names);
        expect(new Set(titles.map((title) => title.toLowerCase())).size).toBe(names.length);
        for (const title of titles) {
          expect(title.trim()).not.toBe('');
          expect(title.length).toBeLessThanOrEqual(31);
          expect(title).not.toMatch(/^'|'$|^history$/i);
          expect(title).not.toMatch(/[[\]:*?/\\\t\r\n]/);
          expect(Buffer.from(title).toString()).toBe(title);
        }
      }),
    );
  });
});

describe('a sheet that is too large', () => {
  it.each(['sheets', 'records'] as const)('continues on another worksheet: %s', async (layout) => {
    const workbook = await opened(inRows(5), { rows: 3 }, layout);
    const name = layout === 'sheets' ? 'Items' : 'tasks';
    expect(workbook.titles).toEqual([name, `${name} (2)`, `${name} (3)`, 'notes']);
    const rows = workbook.titles.slice(0, 3).map((title) => workbook.sheet(title).rows);
    expect(rows.map((own) => own.length)).toEqual([3, 3, 2]);
    expect(rows.map(([header]) => header)).toEqual([rows[0]?.[0], rows[0]?.[0], rows[0]?.[0]]);
    expect(workbook.sheet('notes').rows.slice(1)).toEqual([
      [`${name} (2)`, '', `continues the sheet ${name}`],
      [`${name} (3)`, '', `continues the sheet ${name}`],
    ]);
  });

  it('does not continue when it is just full', async () => {
    expect((await opened(inRows(2), { rows: 3 })).titles).toEqual(['Items']);
  });

  it('continues as well when its text is too long for one file of the archive', async () => {
    const workbook = await opened(inRows(4), { characters: 700 });
    expect(workbook.titles.length).toBeGreaterThan(2);
    const rows = workbook.titles
      .slice(0, -1)
      .flatMap((title) => workbook.sheet(title).rows.slice(1));
    expect(rows.map(([number]) => number)).toEqual([0, 1, 2, 3]);
  });

  it('names the columns that do not fit', async () => {
    const tasks = ['a', 'b', 'c', 'd'].map((name) => task(name, { column_name: name }));
    const workbook = await opened(tasks, { columns: 4 });
    expect(workbook.sheet('Items').rows[0]).toEqual(['row', 'source', 'a', 'b']);
    expect(workbook.sheet('notes').rows.slice(1)).toEqual([
      ['Items', '', '2 columns do not fit and are left out, from: c'],
    ]);
  });

  it('leaves out cells of a row whose texts are too long together', async () => {
    const tasks = ['a', 'b', 'c'].map((name) =>
      task(name, { column_name: name, target_text: name.repeat(300) }),
    );
    const workbook = await opened(tasks, { rowCharacters: 900 });
    expect(workbook.sheet('Items').rows[1]?.slice(2)).toEqual(['a'.repeat(300), 'b'.repeat(300)]);
    expect(workbook.sheet('notes').rows[1]?.slice(0, 2)).toEqual(['Items', 'E2']);
  });

  it('keeps the source text of a cell whose newer task has no room', async () => {
    const of = (name: string, updated_at: number, length: number) =>
      task(name, { updated_at, source_text: name, target_text: name.repeat(length) });
    const workbook = await opened([of('old', 1, 1), of('new', 2, 300)], { rowCharacters: 400 });
    expect(workbook.sheet('Items').rows[1]).toEqual([1, 'old', 'old']);
  });
});

it('keeps the first notes, and counts the others', async () => {
  const tasks = Array.from({ length: 6 }, (_, index) => task(`task-${index}`));
  const notes = (await opened(tasks, { notes: 2 })).sheet('notes').rows;
  expect(notes).toHaveLength(4);
  expect(notes[3]).toEqual(['', '', 'and 3 more']);
});
