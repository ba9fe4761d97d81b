import type { Table } from 'drizzle-orm';
import fc from 'fast-check';
import { escape as literal } from 'mysql2';
import { describe, expect, it } from 'vitest';
import { MysqlDialect } from '../../../../src/adapters/storage/mysql/mysql-dialect.js';
import { tables } from '../../../../src/adapters/storage/mysql/schema.js';
import {
  atMost,
  chunksOf,
  packetFor,
  roomFor,
} from '../../../../src/adapters/storage/mysql/statement-bytes.js';
import { upsertText } from '../../../../src/adapters/storage/sql/statements/upsert.js';
import { CollectionTable } from '../../../../src/adapters/storage/sql/tables/collection-table.js';
import { RecordRefusedError } from '../../../../src/domain/errors.js';
import { SESSIONS, TASKS } from '../../../support/records/writes.js';

type SqlRow = readonly unknown[];
const MiB = 1024 ** 2;

const write = (row: SqlRow): string => literal([...row] as string[]);
/** As the driver sends rows, with the parentheses around each. */
const bytesOf = (rows: readonly SqlRow[]) =>
  Buffer.byteLength(literal(rows.map((row) => [...row] as string[])));
/** Characters of every width, and characters that are escaped. */
const text = fc.constantFrom('a', "'", '"', '\\', '\n', '\0', '\x1a', 'é', '剣', '🗡');
const value = fc.oneof(
  fc.string({ unit: text }),
  // Long enough that a bound that ignores the width would be too low.
  fc.string({ unit: text, minLength: 100, maxLength: 300 }),
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.constant(null),
);
const rows = fc.array(fc.array(value, { minLength: 1, maxLength: 8 }), { maxLength: 30 });

describe('the bytes of a row', () => {
  it('never exceed the bound', () => {
    fc.assert(
      fc.property(fc.array(value), (row) => {
        expect(bytesOf([row])).toBeLessThanOrEqual(atMost(row));
      }),
    );
  });
});

describe('the chunks of a bulk write', () => {
  it('contain all rows in order, and each fits into the available room', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 10_000, max: 30_000 }), (given, room) => {
        const chunks = [...chunksOf(given, room, write)];
        expect(chunks.flat()).toEqual(given);
        for (const chunk of chunks) {
          expect(chunk.length).toBeGreaterThan(0);
          if (chunk.length > 1) expect(bytesOf(chunk)).toBeLessThanOrEqual(room);
        }
      }),
    );
  });

  it('have at most a thousand rows', () => {
    const many = Array.from({ length: 2001 }, (_, index) => [`t-${index}`]);
    expect([...chunksOf(many, 64 * MiB, write)].map(({ length }) => length)).toEqual([
      1000, 1000, 1,
    ]);
  });

  it.each([
    ['a', 1],
    ["'", 2],
    ['\n', 2],
    ['é', 2],
    ['剣', 3],
    ['🗡', 4],
  ])('take a row of %j that just fits, and refuse it when it is a byte too long', (text, width) => {
    const row = ['t-1', text.repeat(1000), 7];
    const room = bytesOf([row]) + 2;
    expect(bytesOf([row])).toBeGreaterThan(1000 * width);
    expect([...chunksOf([row], room, write)]).toEqual([[row]]);
    expect(() => [...chunksOf([['t-0', 'a', 7], row], room - 1, write)]).toThrow(
      expect.objectContaining({ name: 'RecordRefusedError', reason: 'TOO_LARGE' }),
    );
  });

  it('refuse a row with its bytes and the room, and nothing of its content', () => {
    const refused = () => [...chunksOf([['t-1', 'a secret '.repeat(1000)]], 4096, write)];
    expect(refused).toThrow(RecordRefusedError);
    expect(refused).toThrow(/^the record takes 90\d\d bytes .+ max_allowed_packet .+ 4096$/);
  });
});

describe('the packet that the largest record needs', () => {
  const dialect = new MysqlDialect();

  it.each([
    [TASKS, tables[TASKS.name] as Table, 4],
    [SESSIONS, tables[SESSIONS.name] as Table, 2],
  ])('of $name is twice its texts, and little more', (collection, sqlTable, texts) => {
    const table = new CollectionTable(collection, sqlTable);
    const { head, tail } = upsertText(dialect, table);
    const needed = packetFor(table.specs, head + tail);
    expect(needed).toBeGreaterThan(texts * 2 * MiB);
    expect(needed).toBeLessThan(texts * 2 * MiB + 24 * 1024);
    const largest = table.specs.map(({ kind, maxLength }) => {
      if (kind === 'text' || kind === 'json') return "'".repeat(maxLength ?? 0);
      if (kind === 'id' || kind === 'string') return '🗡'.repeat(maxLength ?? 0);
      return kind === 'instant' ? '2026-11-24 12:00:00.250' : -1.2345678901234567e100;
    });
    const room = roomFor(needed, head + tail);
    expect([...chunksOf([largest], room, write)]).toEqual([[largest]]);
    // Less than a KiB is unused, for the numbers, which are shorter than the longest.
    expect(room - bytesOf([largest])).toBeLessThan(1024);
  });
});
