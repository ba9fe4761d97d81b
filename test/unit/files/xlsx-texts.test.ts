import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xlsx } from '../../../src/adapters/files/xlsx/xlsx.js';
import type { RecordFields } from '../../../src/domain/write.js';
import type { Layout } from '../../../src/ports/file-format.js';
import { bytesOf, documentOf, task } from './support/document.js';
import { readWorkbook, type WorkbookRead } from './support/read-workbook.js';
import { anyText } from './support/texts.js';

async function opened(
  tasks: readonly RecordFields[],
  layout: Layout = 'sheets',
): Promise<WorkbookRead> {
  const file = xlsx().write(documentOf(tasks), { layout, keepFormulas: false });
  return readWorkbook(await bytesOf(file));
}

/** The text of the one cell, and the notes about it. */
async function shown(text: string) {
  const workbook = await opened([task('task-1', { target_text: text })]);
  const notes = workbook.titles.includes('notes') ? workbook.sheet('notes').rows.slice(1) : [];
  return { text: workbook.sheet('Items').rows[1]?.[2], notes };
}

describe('a text', () => {
  it.each([
    'emoji 😀 👩‍👩‍👧, 漢字',
    'two\nlines',
    'two\r\nlines\rthree',
    '\ttabs\t',
    '  spaces  ',
    '<b>&amp;</b> ]]>',
    '_x0041_ _X000d_ _x005F_x0041_ __x0041__x0042_',
    '"quotes" and \'apostrophes\'',
    '\u0085 \u2028 \u007f \ufeff',
  ])('is kept: %j', async (text) => {
    expect(await shown(text)).toEqual({ text, notes: [] });
  });

  it('is kept without characters that XML has no way to write, which a note counts', async () => {
    expect(await shown('a\u0001b\u000bc\u001fd\ufffee\ufffff😀')).toEqual({
      text: 'abcdef😀',
      notes: [
        [
          'Items',
          'C2',
          '5 characters that a workbook cannot hold (control characters) are left out',
        ],
      ],
    });
    expect((await shown('a\ud800b\udc00c')).text).toBe('abc');
  });

  it('of 32,767 characters is kept', async () => {
    const text = `${'字'.repeat(32_765)}😀`;
    expect(await shown(text)).toEqual({ text, notes: [] });
  });

  it('that is longer is cut with a mark, and a note names its cell', async () => {
    expect(await shown('a'.repeat(32_768))).toEqual({
      text: `${'a'.repeat(32_763)} […]`,
      notes: [['Items', 'C2', 'cut: the text has 32768 characters, and a cell can hold 32767']],
    });
  });

  it('is not cut inside a character', async () => {
    const { text } = await shown('😀'.repeat(524_288));
    expect(text).toBe(`${'😀'.repeat(16_381)} […]`);
  });

  it('that is a long source is cut as well', async () => {
    const workbook = await opened([task('task-1', { source_text: 'a'.repeat(40_000) })]);
    expect(workbook.sheet('notes').rows[1]?.slice(0, 2)).toEqual(['Items', 'B2']);
  });
});

/** What XML 1.0 allows: its production `Char`. */
const written = (text: string) =>
  text.replace(/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');

describe('random documents', () => {
  const cells = fc.uniqueArray(
    fc.record({
      sheet: fc.constantFrom('Items', 'Dialogs', 'notes'),
      row: fc.nat({ max: 4 }),
      column: fc.constantFrom('en', 'fr', '=x', 'row'),
      source: anyText,
      target: fc.option(anyText),
      status: fc.constantFrom('completed', 'failed', 'pending'),
    }),
    { selector: ({ sheet, row, column }) => `${sheet} ${row} ${column}`, maxLength: 20 },
  );

  it('have every cell in its place', async () => {
    await fc.assert(
      fc.asyncProperty(cells, async (all) => {
        const tasks = all.map(({ sheet, row, column, source, target, status }, index) =>
          task(`task-${index}`, {
            sheet_name: sheet,
            row_index: row,
            column_name: column,
            source_text: source,
            target_text: target,
            status,
          }),
        );
        const workbook = await opened(tasks);
        for (const { sheet, row, column, target } of all) {
          const [header = [], ...rows] = workbook.sheet(sheet).rows;
          const place = header.indexOf(column, 2);
          const value = rows.find(([number]) => number === row)?.[place] ?? '';
          expect(value).toBe(written(target ?? ''));
        }
        for (const title of new Set(all.map(({ sheet }) => sheet))) {
          const numbers = workbook
            .sheet(title)
            .rows.slice(1)
            .map(([number]) => Number(number));
          expect(numbers).toEqual([...new Set(numbers)].sort((left, right) => left - right));
        }
      }),
    );
  });

  it('have every field in the layout of records', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 6 }), async (texts) => {
        const tasks = texts.map((text, index) => task(`task-${index}`, { context: text }));
        const [header = [], ...rows] = (await opened(tasks, 'records')).sheet('tasks').rows;
        expect(rows.map((row) => row[header.indexOf('context')])).toEqual(texts.map(written));
      }),
    );
  });
});

it('has a row a task, with numbers as numbers and instants as text, as records', async () => {
  const workbook = await opened([task('task-1')], 'records');
  expect(workbook.titles).toEqual(['tasks']);
  const [header, row] = workbook.sheet('tasks').rows;
  expect(header).toEqual(Object.keys(task('task-1')));
  expect(row).toEqual([
    ...['task-1', 'session-1', 'batch-1', 'Items', 1, 'en', 'source', 'target', null, 'completed'],
    ...[0.9312, null, 2, '2026-09-21T12:00:00.000Z', '2026-09-21T12:00:00.005Z', 5],
    ...['2026-09-21T12:00:00.000Z', '2026-09-21T12:00:00.000Z'],
  ]);
});
