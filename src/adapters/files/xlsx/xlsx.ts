import type { ExportedDocument, FileFormat, FormatOptions } from '../../../ports/file-format.js';
import { LIMITS, type Limits } from './limits.js';
import { writeNotes } from './notes-sheet.js';
import { recordsLayout } from './records-layout.js';
import { sheetsLayout } from './sheets-layout.js';
import { Workbook } from './workbook.js';
import { type ZipPart, zipped } from './zipped.js';

/** SpreadsheetML (ECMA-376) in a ZIP archive, written as it is read (docs/exports.md). */
export function xlsx(limits: Limits = LIMITS): FileFormat {
  return {
    name: 'xlsx',
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    layouts: ['sheets', 'records'],

    write(document: ExportedDocument, { layout }: FormatOptions): AsyncGenerator<Uint8Array> {
      const changedAt = new Date(Number(document.record.updated_at));
      return zipped(parts(document, layout, new Workbook(limits)), { changedAt });
    },
  };
}

async function* parts(
  document: ExportedDocument,
  layout: FormatOptions['layout'],
  workbook: Workbook,
): AsyncGenerator<ZipPart> {
  const { cell } = document.children;
  yield* workbook.take();
  // Records that are no cells have no sheets.
  if (layout === 'records' || cell === null) yield* recordsLayout(document, workbook);
  else yield* sheetsLayout(document, cell, workbook);
  writeNotes(workbook);
  workbook.finish();
  yield* workbook.take();
}
