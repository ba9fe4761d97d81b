import type { Cell, Collection } from '../../../domain/collection.js';
import { FINISHED_STATUSES } from '../../../domain/status.js';
import type { RecordFields } from '../../../domain/write.js';
import { emptyCell, numberCell, STYLES, type Style, textCell } from './cells.js';
import type { Workbook } from './workbook.js';

/** The columns before those of the file: the number of the row, and the source text. */
export const FIRST_COLUMNS = ['row', 'source'];

const FAILED = 'failed';

interface Shown {
  /** Its key, and when it was updated. */
  readonly record: RecordFields;
  readonly xml: string;
  readonly remarks: readonly string[];
}

/** The cells of one row of the file, whose records come in any order. */
export class RowCells {
  readonly #cells = new Map<number, Shown>();
  #characters = 0;
  /** The source text of the leftmost cell. */
  #source = { column: Number.POSITIVE_INFINITY, text: '' };
  #sourcesDiffer = false;

  constructor(
    readonly number: number,
    private readonly children: Collection,
    private readonly cell: Cell,
    private readonly workbook: Workbook,
  ) {}

  /** Of two records of one cell, the one updated last is shown. */
  add(column: number, record: RecordFields): void {
    const before = this.#cells.get(column);
    const isNewer =
      before === undefined || isUpdatedAfter(record, before.record, this.children.key);
    if (before !== undefined) {
      const [shown, hidden] = isNewer ? [record, before.record] : [before.record, record];
      const name = (of: RecordFields) => `${this.children.singular} ${of[this.children.key]}`;
      this.workbook.note(column, `shows ${name(shown)}; ${name(hidden)} has the same cell`);
    }
    const isShown = isNewer && this.#show(column, record, before);
    this.#addSource(column, String(record[this.cell.source] ?? ''), isShown);
  }

  /** Writes the row. Returns whether its records have different source texts. */
  write(): boolean {
    const { workbook } = this;
    let cells = numberCell(workbook.ref(0), this.number);
    cells += textCell(workbook.ref(1), STYLES.plain, this.#source.text, (what) =>
      workbook.note(1, what),
    );
    const shown = [...this.#cells].sort(([left], [right]) => left - right);
    for (const [column, { xml, remarks }] of shown) {
      cells += xml;
      for (const remark of remarks) workbook.note(column, remark);
    }
    workbook.row(cells);
    return this.#sourcesDiffer;
  }

  /** The source text beside a target text is that of the same record. */
  #addSource(column: number, text: string, isShown: boolean): void {
    if (this.#source.column !== Number.POSITIVE_INFINITY && text !== this.#source.text) {
      this.#sourcesDiffer = true;
    }
    const replaces = isShown && column === this.#source.column;
    if (replaces || column < this.#source.column) this.#source = { column, text };
  }

  /** False if the cell has no room in the row. */
  #show(column: number, record: RecordFields, before: Shown | undefined): boolean {
    const remarks: string[] = [];
    const xml = this.#xmlOf(column, record, remarks);
    const characters = this.#characters + xml.length - (before?.xml.length ?? 0);
    if (characters > this.workbook.limits.rowCharacters) {
      this.workbook.note(column, 'left out: the texts of this row are too long together');
      return false;
    }
    this.#characters = characters;
    const { key } = this.children;
    // Not the record itself: its texts may be longer than what a cell shows of them.
    const kept = { [key]: record[key] ?? null, updated_at: record.updated_at ?? null };
    this.#cells.set(column, { record: kept, xml, remarks });
    return true;
  }

  #xmlOf(column: number, record: RecordFields, remarks: string[]): string {
    const ref = this.workbook.ref(column);
    const style = this.#styleOf(record);
    const target = record[this.cell.target] ?? '';
    if (target !== '') {
      return textCell(ref, style, String(target), (remark) => remarks.push(remark));
    }
    return style === STYLES.plain ? '' : emptyCell(ref, style);
  }

  #styleOf(record: RecordFields): Style {
    const { status } = this.children;
    if (status === null) return STYLES.plain;
    const found = String(record[status]);
    if (found === FAILED) return STYLES.failed;
    return FINISHED_STATUSES.includes(found) ? STYLES.plain : STYLES.unfinished;
  }
}

/** In one millisecond, the greater key counts as later: two exports show the same. */
function isUpdatedAfter(record: RecordFields, other: RecordFields, key: string): boolean {
  const [time, otherTime] = [Number(record.updated_at), Number(other.updated_at)];
  return time === otherTime ? String(record[key]) > String(other[key]) : time > otherTime;
}
