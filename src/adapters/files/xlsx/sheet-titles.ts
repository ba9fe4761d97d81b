import { firstUnits, UNWRITABLE } from './cell-text.js';

/** In UTF-16 units. */
const TITLE_LIMIT = 31;
const FORBIDDEN = /[[\]:*?/\\\t\n\r]/g;

/** The titles of the worksheets of one workbook: valid, and no two alike for Excel. */
export class SheetTitles {
  readonly #taken = new Set<string>();
  readonly #lastNumbers = new Map<string, number>();

  /** A title for each name, in order. A name that is valid is its title, whatever the others are. */
  claimAll(names: readonly string[]): readonly string[] {
    const valid = names.map((name) => {
      return validTitle(name) === name && this.#take(name) ? name : undefined;
    });
    return valid.map((title, index) => title ?? this.claim(names[index] ?? ''));
  }

  /** The title nearest to `name` that is free. */
  claim(name: string): string {
    const wish = validTitle(name);
    if (this.#take(wish)) return wish;
    for (let number = this.#lastNumbers.get(wish) ?? 2; ; number += 1) {
      const suffix = ` (${number})`;
      const title = firstUnits(wish, TITLE_LIMIT - suffix.length) + suffix;
      if (!this.#take(title)) continue;
      this.#lastNumbers.set(wish, number + 1);
      return title;
    }
  }

  /** Excel compares without case, and in some languages without width: NFKC covers both widths. */
  #take(title: string): boolean {
    const compared = title.normalize('NFKC').toUpperCase().toLowerCase();
    if (this.#taken.has(compared)) return false;
    this.#taken.add(compared);
    return true;
  }
}

function validTitle(name: string): string {
  const writable = name.replace(UNWRITABLE, '_').replace(FORBIDDEN, '_');
  const title = firstUnits(writable, TITLE_LIMIT).replace(/^'|'$/g, '_');
  if (title.trim() === '') return 'Sheet';
  // Excel keeps this title for itself.
  return /^history$/i.test(title) ? `${title}_` : title;
}
