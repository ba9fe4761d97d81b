import type { RecordFields } from '../../../domain/write.js';
import type { ExportedDocument } from '../../../ports/file-format.js';
import { type Column, columnsOf, tableValue } from '../columns.js';
import { numberCell, STYLES, textCell } from './cells.js';
import type { Workbook } from './workbook.js';
import type { ZipPart } from './zipped.js';

const WIDTHS = { id: 24, string: 20, text: 50, json: 50, integer: 12, ratio: 12, instant: 26 };

/** One worksheet: a row a record, every field in a column. */
export async function* recordsLayout(
  document: ExportedDocument,
  workbook: Workbook,
): AsyncGenerator<ZipPart> {
  const columns = columnsOf(document.children);
  workbook.begin(workbook.titles.claim(document.children.plural), {
    names: columns.map(({ name }) => name),
    widths: columns.map(({ kind }) => WIDTHS[kind]),
  });
  for await (const chunk of document.records()) {
    for (const record of chunk) {
      workbook.makeRoom();
      workbook.row(rowOf(record, columns, workbook));
      if (workbook.isReady) yield* workbook.take();
    }
  }
  workbook.end();
}

function rowOf(record: RecordFields, columns: readonly Column[], workbook: Workbook): string {
  let cells = '';
  columns.forEach(({ name, kind }, index) => {
    const value = tableValue(kind, record[name]);
    if (value === null) return;
    const ref = workbook.ref(index);
    cells +=
      typeof value === 'number'
        ? numberCell(ref, value)
        : textCell(ref, STYLES.plain, value, (what) => workbook.note(index, what));
  });
  return cells;
}
