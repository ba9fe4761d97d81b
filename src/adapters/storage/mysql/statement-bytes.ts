import { RecordRefusedError } from '../../../domain/errors.js';
import type { ColumnSpec } from '../sql/tables/columns.js';

/**
 * The size of rows in a statement, in bytes. Statements are text: a value is written as a literal, in
 * UTF-8, and a character with a meaning in SQL (quotes, backslash, line ends, NUL) is escaped
 * by a backslash before it. A server refuses a statement that reaches its max_allowed_packet, and
 * closes the connection, so every row is checked before it is sent.
 */
type SqlRow = readonly unknown[];

/** Rows of one statement; more bring no benefit. */
const MAX_ROWS = 1000;
/** Bytes of one statement; more bring no benefit. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Maximum bytes of a UTF-16 code unit: three of UTF-8, or two if it is escaped. */
const PER_UNIT = 3;
/** Maximum bytes of a character: four of UTF-8 if it is not escaped. */
const PER_CHARACTER = 4;
/** Maximum bytes of a byte of UTF-8: two if it is a character to be escaped. */
const PER_BYTE = 2;
/** The quotes of a literal, and the comma and space after it. */
const AROUND = 4;
/** The longest number or NULL, for example -1.2345678901234567e+100. */
const NUMBER = 24;
/** The parentheses of a row, and the comma and space after it. */
const AROUND_ROW = 4;
/** A time as a literal. */
const INSTANT = 24;
/** An upper bound of what the protocol adds to a statement. */
const PROTOCOL = 1024;

/** Bytes available for rows between the constant parts of a statement. */
export function roomFor(maxAllowedPacket: number, fixed: string): number {
  return maxAllowedPacket - Buffer.byteLength(fixed) - PROTOCOL;
}

/**
 * The minimum max_allowed_packet with which a row of the maximum length of its columns can be sent.
 */
export function packetFor(columns: readonly ColumnSpec[], fixed: string): number {
  const row = columns.reduce((bytes, column) => bytes + longest(column) + AROUND, AROUND_ROW);
  return row + Buffer.byteLength(fixed) + PROTOCOL;
}

/** The bytes of a row of the maximum length of its columns, without escapes. */
export function rowFor(columns: readonly ColumnSpec[]): number {
  return columns.reduce((bytes, column) => bytes + longest(column, 1) + AROUND, AROUND_ROW);
}

/** `id` and `string` are limited in characters, `text` and `json` in bytes. */
function longest({ kind, maxLength }: ColumnSpec, perByte = PER_BYTE): number {
  switch (kind) {
    case 'id':
    case 'string':
      return (maxLength ?? 0) * PER_CHARACTER;
    case 'text':
    case 'json':
      return (maxLength ?? 0) * perByte;
    case 'instant':
      return INSTANT;
    case 'integer':
    case 'ratio':
    case 'version':
    case 'bits':
      return NUMBER;
  }
}

/**
 * Splits rows into chunks that each fit into `room` bytes of a statement. Throws RecordRefusedError
 * TOO_LARGE if a single row does not fit; `write` returns the row as it will be sent.
 */
export function* chunksOf(
  rows: readonly SqlRow[],
  room: number,
  write: (row: SqlRow) => string,
): Generator<readonly SqlRow[]> {
  const enough = Math.min(room, MAX_BYTES);
  let chunk: SqlRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const more = atMost(row);
    // Counts exact bytes only if necessary: that takes as long as writing the row.
    if (more > room) checkRow(Buffer.byteLength(write(row)) + AROUND_ROW, room);
    if (chunk.length > 0 && (chunk.length >= MAX_ROWS || bytes + more > enough)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(row);
    bytes += more;
  }
  if (chunk.length > 0) yield chunk;
}

/** Maximum bytes of a row. */
export function atMost(row: SqlRow): number {
  let bytes = AROUND_ROW + row.length * (NUMBER + AROUND);
  for (const value of row) if (typeof value === 'string') bytes += value.length * PER_UNIT;
  return bytes;
}

function checkRow(bytes: number, room: number): void {
  if (bytes <= room) return;
  throw new RecordRefusedError(
    'TOO_LARGE',
    `the record takes ${bytes} bytes of a statement, but max_allowed_packet of the server leaves room for ${Math.max(0, room)}`,
  );
}
