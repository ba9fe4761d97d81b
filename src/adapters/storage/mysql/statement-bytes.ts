import { RecordRefusedError } from '../../../domain/errors.js';
import type { ColumnSpec } from '../sql/tables/columns.js';

/**
 * How many bytes rows take in a statement. Statements are text: a value is written as a literal, in
 * UTF-8, and a character that means something in SQL (quotes, backslash, line ends, NUL) is escaped
 * by a backslash before it. A server refuses a statement that reaches its max_allowed_packet, and
 * closes the connection; so every row is looked at before it is sent.
 */
type SqlRow = readonly unknown[];

/** Rows of one statement; more gain nothing. */
const MAX_ROWS = 1000;
/** Bytes of one statement; more gain nothing. */
const MAX_BYTES = 8 * 1024 * 1024;
/** What a UTF-16 unit takes at most: three bytes of UTF-8, or two where it is escaped. */
const PER_UNIT = 3;
/** What a character takes at most: four bytes of UTF-8 where it is not escaped. */
const PER_CHARACTER = 4;
/** What a byte of UTF-8 takes at most: two where it is a character to be escaped. */
const PER_BYTE = 2;
/** The quotes of a literal, and the comma and space after it. */
const AROUND = 4;
/** The longest number or NULL, such as -1.2345678901234567e+100. */
const NUMBER = 24;
/** The parentheses of a row, and the comma and space after it. */
const AROUND_ROW = 4;
/** A time as a literal. */
const INSTANT = 24;
/** What the protocol adds to a statement, amply. */
const PROTOCOL = 1024;

/** Bytes that are left for rows between the parts of a statement that do not change. */
export function roomFor(maxAllowedPacket: number, fixed: string): number {
  return maxAllowedPacket - Buffer.byteLength(fixed) - PROTOCOL;
}

/** The least max_allowed_packet with which a row of the greatest length that its columns allow can be sent. */
export function packetFor(columns: readonly ColumnSpec[], fixed: string): number {
  const row = columns.reduce((bytes, column) => bytes + longest(column) + AROUND, AROUND_ROW);
  return row + Buffer.byteLength(fixed) + PROTOCOL;
}

/** `id` and `string` are limited in characters, `text` and `json` in bytes. */
function longest({ kind, maxLength }: ColumnSpec): number {
  switch (kind) {
    case 'id':
    case 'string':
      return (maxLength ?? 0) * PER_CHARACTER;
    case 'text':
    case 'json':
      return (maxLength ?? 0) * PER_BYTE;
    case 'instant':
      return INSTANT;
    case 'integer':
    case 'ratio':
    case 'version':
      return NUMBER;
  }
}

/**
 * Rows in chunks that each fit into `room` bytes of a statement. Throws RecordRefusedError
 * TOO_LARGE when a row does not fit by itself; `write` gives it as it will be sent.
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
    // Counted to the byte where it matters alone: that takes as long as writing the row.
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

/** Bytes that a row takes at most. */
export function atMost(row: SqlRow): number {
  let bytes = AROUND_ROW + row.length * (NUMBER + AROUND);
  for (const value of row) if (typeof value === 'string') bytes += value.length * PER_UNIT;
  return bytes;
}

function checkRow(bytes: number, room: number): void {
  if (bytes <= room) return;
  throw new RecordRefusedError(
    'TOO_LARGE',
    `the record takes ${bytes} bytes of a statement, and max_allowed_packet of the server leaves room for ${Math.max(0, room)}`,
  );
}
