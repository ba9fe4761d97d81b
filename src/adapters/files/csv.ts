import { format } from '@fast-csv/format';
import type { FieldValue } from '../../domain/collection.js';
import type { ExportedDocument, FileFormat, FormatOptions } from '../../ports/file-format.js';
import { type Column, columnsOf, tableValue } from './columns.js';
import { textFile } from './text-file.js';

/** How a cell begins that a spreadsheet runs as a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const LINE_END = '\r\n';

/** RFC 4180 in UTF-8, with a BOM: without one, Excel reads the file in the code page of the machine. */
export const csv: FileFormat = {
  name: 'csv',
  contentType: 'text/csv; charset=utf-8',
  layouts: ['records'],

  async *write(document: ExportedDocument, options: FormatOptions): AsyncGenerator<Uint8Array> {
    const columns = columnsOf(document.children);
    const formatter = format({
      headers: false,
      writeBOM: true,
      rowDelimiter: LINE_END,
    });
    // The formatter works at once, so that it is read after each row: a row of several MiB never
    // waits behind others in its buffer.
    const line = (row: readonly FieldValue[]): string => {
      formatter.write(row);
      return String(formatter.read());
    };
    try {
      yield* textFile(
        line(columns.map(({ name }) => name)),
        document.records(),
        (record) =>
          line(columns.map((column) => cell(column, record[column.name], options.keepFormulas))),
        // The formatter writes it before each row but the first.
        LINE_END,
      );
    } finally {
      formatter.destroy();
    }
  },
};

function cell({ kind }: Column, found: FieldValue | undefined, keepFormulas: boolean): FieldValue {
  const value = tableValue(kind, found);
  return !keepFormulas && typeof value === 'string' && FORMULA.test(value) ? `'${value}` : value;
}
