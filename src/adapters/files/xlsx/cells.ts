import { cellText, type Remark } from './cell-text.js';

/** The styles of cells: their places in `cellXfs` (workbook-parts.ts). */
export const STYLES = { plain: 0, header: 1, failed: 2, unfinished: 3 } as const;
export type Style = (typeof STYLES)[keyof typeof STYLES];
/** Each style once more for texts that begin like a formula: editing such a cell keeps it a text. */
export const QUOTED = Object.keys(STYLES).length;
const LIKE_FORMULA = /^[=+\-@]/;

/** The cells of a row must come in the order of their columns, counted from 0. */
export function textCell(ref: string, style: Style, text: string, remark: Remark): string {
  const shown = LIKE_FORMULA.test(text) ? style + QUOTED : style;
  const content = cellText(text, remark);
  return `<c r="${ref}" s="${shown}" t="inlineStr"><is><t xml:space="preserve">${content}</t></is></c>`;
}

export function numberCell(ref: string, value: number): string {
  return `<c r="${ref}"><v>${value}</v></c>`;
}

export function emptyCell(ref: string, style: Style): string {
  return `<c r="${ref}" s="${style}"/>`;
}

const letters: string[] = [];

/** `A` … `Z`, `AA` …, for columns counted from 0. */
export function columnLetters(column: number): string {
  const known = letters[column];
  if (known !== undefined) return known;
  const before = Math.floor(column / 26) - 1;
  const last = String.fromCharCode(65 + (column % 26));
  const found = before < 0 ? last : columnLetters(before) + last;
  letters[column] = found;
  return found;
}
