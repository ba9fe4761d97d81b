/** The longest text of a cell, in UTF-16 units: "Excel specifications and limits". */
export const CELL_LIMIT = 32_767;
/** Where a text was cut. */
export const CUT_MARK = ' […]';

/** A text without `&`, `<`, `>`, `_`, surrogates and controls goes into the file as it is: most do. */
const SPECIAL = /[^\t\n -%'-;=?-^`-\ud7ff\ue000-\ufffd]/;
/** XML 1.0 has no way to write them. With `u`, only surrogates without their other half match. */
export const UNWRITABLE = /(?![\t\n\r\x7f-\x9f])\p{Cc}|[\ud800-\udfff\ufffe\uffff]/gu;
/** Contains every text with one of these, and is faster. */
const PERHAPS_UNWRITABLE = /[^\t\n\r -\ud7ff\ue000-\ufffd]/;
/** `_x`, four digits and `_` stand for a character in the texts of a workbook (ST_Xstring). */
const ESCAPED = /[&<>"\r]|_(?=x[0-9a-f]{4}_)/gi;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '_x000D_',
  _: '_x005F_',
};

/** Told what a cell does not show of its text. */
export type Remark = (what: string) => void;

/** A text as the content of an element, cut to what a cell can hold. */
export function cellText(text: string, remark: Remark): string {
  const shown = text.length > CELL_LIMIT ? cut(text, remark) : text;
  return SPECIAL.test(shown) ? xmlText(without(shown, remark)) : shown;
}

/** A writable text as the content of an element, or the value of an attribute in double quotes. */
export function xmlText(text: string): string {
  return text.replace(ESCAPED, (character) => ESCAPES[character] ?? character);
}

/** The first units of a text; a character of two is not halved. */
export function firstUnits(text: string, units: number): string {
  const last = text.charCodeAt(units - 1);
  const isHalved = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, isHalved ? units - 1 : units);
}

function cut(text: string, remark: Remark): string {
  remark(`cut: the text has ${text.length} characters, and a cell can hold ${CELL_LIMIT}`);
  const begin = firstUnits(text, CELL_LIMIT - CUT_MARK.length) + CUT_MARK;
  // A copy: a part of a string keeps the whole in memory.
  return Buffer.from(begin, 'utf16le').toString('utf16le');
}

function without(text: string, remark: Remark): string {
  if (!PERHAPS_UNWRITABLE.test(text)) return text;
  const left = text.replace(UNWRITABLE, '');
  const dropped = text.length - left.length;
  if (dropped > 0) {
    remark(`${dropped} characters that a workbook cannot hold (control characters) are left out`);
  }
  return left;
}
