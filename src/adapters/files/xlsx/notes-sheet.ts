import { STYLES, textCell } from './cells.js';
import type { Workbook } from './workbook.js';

const HEADER = { names: ['sheet', 'cell', 'note'], widths: [31, 12, 120] };

/** The last worksheet, if there is something to say. */
export function writeNotes(workbook: Workbook): void {
  const notes = workbook.notes.all();
  if (notes.length === 0) return;
  workbook.begin(workbook.titles.claim('notes'), HEADER);
  for (const { sheet, cell, text } of notes) {
    const cells = [sheet, cell, text].map((value, column) =>
      textCell(workbook.ref(column), STYLES.plain, value, () => undefined),
    );
    workbook.row(cells.join(''));
  }
  workbook.end();
}
