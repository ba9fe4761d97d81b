export interface Note {
  /** The title of the worksheet; empty for the workbook. */
  readonly sheet: string;
  /** Such as `C12`; empty for the sheet. */
  readonly cell: string;
  readonly text: string;
}

/** What the workbook could not show as it is; the first ones, and the number of the others. */
export class Notes {
  readonly #notes: Note[] = [];
  #omitted = 0;

  constructor(private readonly limit: number) {}

  add(sheet: string, cell: string, text: string): void {
    if (this.#notes.length < this.limit) this.#notes.push({ sheet, cell, text });
    else this.#omitted += 1;
  }

  all(): readonly Note[] {
    if (this.#omitted === 0) return this.#notes;
    return [...this.#notes, { sheet: '', cell: '', text: `and ${this.#omitted} more` }];
  }
}
