import { TextPieces } from '../text-pieces.js';
import { columnLetters, STYLES, textCell } from './cells.js';
import type { Limits } from './limits.js';
import { Notes } from './notes.js';
import { SheetTitles } from './sheet-titles.js';
import {
  FIXED_PARTS,
  namingParts,
  sheetFile,
  WORKSHEET_END,
  worksheetHead,
} from './workbook-parts.js';
import type { ZipPart } from './zipped.js';

/** What every worksheet of a table begins with. */
export interface Header {
  readonly names: readonly string[];
  /** In characters, of each column. */
  readonly widths: readonly number[];
}

/**
 * A workbook that is written row by row. Whoever writes takes the parts as soon as some are
 * `ready`, so that only one piece of text waits.
 */
export class Workbook {
  readonly titles = new SheetTitles();
  readonly notes: Notes;
  /** Of the worksheets so far. */
  readonly #shown: string[] = [];
  readonly #pieces = new TextPieces();
  #parts: ZipPart[] = [];
  #header: Header = { names: [], widths: [] };
  #firstTitle = '';
  /** Of the worksheet that is being written. */
  #rows = 0;
  #characters = 0;

  constructor(readonly limits: Limits) {
    this.notes = new Notes(limits.notes);
    for (const [file, text] of FIXED_PARTS) this.#file(file, text);
  }

  /** Begins a worksheet, under a title that was claimed. */
  begin(title: string, header: Header): void {
    this.#firstTitle = title;
    this.#header = header;
    this.#open(title);
  }

  /** Called before each row: continues on another worksheet when this one is full. */
  makeRoom(): void {
    if (this.#rows < this.limits.rows && this.#characters < this.limits.characters) return;
    const title = this.titles.claim(this.#firstTitle);
    this.notes.add(title, '', `continues the sheet ${this.#firstTitle}`);
    this.#close();
    this.#open(title);
  }

  /** The title of the worksheet that the next row goes to. */
  get title(): string {
    return this.#shown.at(-1) ?? '';
  }

  /** A cell of the next row. */
  ref(column: number): string {
    return `${columnLetters(column)}${this.#rows + 1}`;
  }

  /** Notes what a cell of the next row does not show. */
  note(column: number, text: string): void {
    this.notes.add(this.title, this.ref(column), text);
  }

  row(cells: string): void {
    this.#rows += 1;
    this.#characters += cells.length;
    this.#pieces.add(`<row r="${this.#rows}">${cells}</row>`);
    if (this.#pieces.isFull) this.#parts.push(this.#pieces.take());
  }

  /** A worksheet ends. */
  end(): void {
    this.#close();
  }

  /** Nothing more is written. */
  finish(): void {
    for (const [file, text] of namingParts(this.#shown)) this.#file(file, text);
  }

  get isReady(): boolean {
    return this.#parts.length > 0;
  }

  take(): readonly ZipPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  #open(title: string): void {
    this.#shown.push(title);
    this.#parts.push({ file: `xl/${sheetFile(this.#shown.length)}` });
    this.#rows = 0;
    this.#characters = 0;
    this.#pieces.add(worksheetHead(this.#header.widths));
    const { names } = this.#header;
    if (names.length === 0) return;
    const cells = names.map((name, column) => {
      return textCell(this.ref(column), STYLES.header, name, (what) => this.note(column, what));
    });
    this.row(cells.join(''));
  }

  #close(): void {
    this.#pieces.add(WORKSHEET_END);
    this.#parts.push(this.#pieces.take());
  }

  #file(file: string, text: string): void {
    this.#parts.push({ file }, Buffer.from(text));
  }
}
