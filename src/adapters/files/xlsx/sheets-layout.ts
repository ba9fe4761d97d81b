import type { Cell, Collection } from '../../../domain/collection.js';
import type { RecordFields } from '../../../domain/write.js';
import type { ExportedDocument, ExportedSheet } from '../../../ports/file-format.js';
import { FIRST_COLUMNS, RowCells } from './row-cells.js';
import type { Workbook } from './workbook.js';
import type { ZipPart } from './zipped.js';

const [NUMBER_WIDTH, TEXT_WIDTH] = [8, 40];

/** A worksheet for each sheet of the file, with its rows and columns. */
export async function* sheetsLayout(
  { sheets, children }: ExportedDocument,
  cell: Cell,
  workbook: Workbook,
): AsyncGenerator<ZipPart> {
  // A workbook without a worksheet is not valid.
  if (sheets.length === 0) writeEmptySheet(workbook);
  const titles = workbook.titles.claimAll(sheets.map(({ name }) => name));
  for (const [index, { name }] of sheets.entries()) {
    const title = titles[index] ?? '';
    if (title !== name) workbook.notes.add(title, '', `the sheet is called: ${name}`);
  }
  for (const [index, sheet] of sheets.entries()) {
    const rows = new SheetRows(titles[index] ?? '', sheet, children, cell, workbook);
    for await (const chunk of sheet.records()) {
      for (const record of chunk) {
        rows.add(record);
        if (workbook.isReady) yield* workbook.take();
      }
    }
    rows.end();
    yield* workbook.take();
  }
}

function writeEmptySheet(workbook: Workbook): void {
  workbook.begin(workbook.titles.claim('Sheet1'), { names: [], widths: [] });
  workbook.end();
}

/** Puts the records of one sheet together as rows. */
class SheetRows {
  /** The place of each column in the worksheet. */
  readonly #places: ReadonlyMap<string, number>;
  #row: RowCells | undefined;
  #differing = 0;

  constructor(
    private readonly title: string,
    { columns }: ExportedSheet,
    private readonly children: Collection,
    private readonly cell: Cell,
    private readonly workbook: Workbook,
  ) {
    const shown = columns.slice(0, workbook.limits.columns - FIRST_COLUMNS.length);
    this.#places = new Map(columns.map((name, index) => [name, index + FIRST_COLUMNS.length]));
    const names = [...FIRST_COLUMNS, ...shown];
    workbook.begin(title, {
      names,
      widths: names.map((_, index) => (index === 0 ? NUMBER_WIDTH : TEXT_WIDTH)),
    });
    const left = columns.length - shown.length;
    if (left > 0) {
      const first = columns[shown.length];
      workbook.notes.add(title, '', `${left} columns do not fit and are left out, from: ${first}`);
    }
  }

  add(record: RecordFields): void {
    const { cell, workbook } = this;
    const number = Number(record[cell.row]);
    if (this.#row?.number !== number) {
      this.#writeRow();
      workbook.makeRoom();
      this.#row = new RowCells(number, this.children, cell, workbook);
    }
    const place = this.#places.get(String(record[cell.column]));
    if (place === undefined) {
      const name = `${this.children.singular} ${record[this.children.key]}`;
      workbook.notes.add(this.title, '', `${name} is left out: its column came during the export`);
    } else if (place < workbook.limits.columns) {
      this.#row.add(place, record);
    }
  }

  end(): void {
    this.#writeRow();
    if (this.#differing > 0) {
      const what = `the source texts of a row differ in ${this.#differing} rows`;
      this.workbook.notes.add(this.title, '', `${what}: that of its first cell is shown`);
    }
    this.workbook.end();
  }

  #writeRow(): void {
    if (this.#row?.write() === true) this.#differing += 1;
    this.#row = undefined;
  }
}
