/** A row of a table for people: a label, its value, and an optional note. */
export type Row = readonly [label: string, value?: string, note?: string];

/** Formats rows with labels aligned left and values aligned right. */
export function aligned(rows: readonly Row[]): readonly string[] {
  const widest = (column: 0 | 1) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0));
  const [labels, values] = [widest(0), widest(1)];
  return rows.map(([label, value = '', note = '']) =>
    `${label.padEnd(labels)}  ${value.padStart(values)}  ${note}`.trimEnd(),
  );
}

/** `1 task`, `1,200 tasks`. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `512 B`, `12.3 MiB`. */
export function size(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  const digits = power === 0 ? 0 : 1;
  return `${(bytes / 1024 ** power).toFixed(digits)} ${UNITS[power]}`;
}

/** Escapes control characters and bidirectional controls in text from others. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
