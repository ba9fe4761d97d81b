import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonField } from '../../src/adapters/http/body/json-field.js';
import { exampleOf } from '../../src/adapters/http/schemas/examples.js';
import { incomingSchema } from '../../src/adapters/http/schemas/record.schema.js';
import { RecordReader } from '../../src/adapters/http/schemas/record-reader.js';
import type { Collection, Field } from '../../src/domain/collection.js';
import { SESSIONS } from '../../src/domain/collections/sessions.js';
import { TASKS } from '../../src/domain/collections/tasks.js';

/** Values at the limits of every rule, and some that break them. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', '.', '..', ' a', 'a ', 'a\u0000', '\ud800', '漢🗡️', 'a\u202eb', 'a\u200db'),
  fc.constantFrom('pending', 'Pending', '1st', 'in_progress', 'x'.repeat(20), 'x'.repeat(21)),
  fc.constantFrom('x'.repeat(36), '🗡'.repeat(36), '🗡'.repeat(37), 'x'.repeat(255), 'x'.repeat(513)),
);
const anyNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 0.5, 1.00001, 0.99995, 2_147_483_647, 2_147_483_648, 2 ** 53),
  fc.double({ noNaN: true }),
);
const anyTime = fc.constantFrom(
  '2026-11-24T12:00:00.000Z',
  '2026-11-24 12:00',
  '2026-11-24T12:00:00+08:00',
  '2026-02-30T00:00:00Z',
  '2026-11-24',
  '0999-12-31T23:59:59Z',
  'now',
);
const anyJson = fc
  .constantFrom('{"a":1}', '{}', '[1]', '{"a":1e400}', '{"a":"\\ud800"}')
  .map((raw) => {
    return new JsonField(raw, JSON.parse(raw));
  });
const anything = fc.oneof(
  anyText,
  anyNumber,
  anyTime,
  anyJson,
  fc.constantFrom(null, true, [], {}, ['x']),
);

/** A good record with some of its fields changed, left out, or added. */
function anyRecord(collection: Collection): fc.Arbitrary<Record<string, unknown>> {
  const names = [collection.key, ...collection.fields.map(({ name }) => name)];
  const example = goodRecord(collection);
  const changes = fc.dictionary(
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...names) },
      { weight: 1, arbitrary: fc.constantFrom('created_at', 'updated_at', 'owner', '__proto__') },
    ),
    anything,
    { maxKeys: 2, noNullPrototype: true },
  );
  return fc
    .tuple(fc.subarray(names, { minLength: names.length - 2 }), changes)
    .map(([kept, changed]) => {
      const record = Object.fromEntries(kept.map((name) => [name, example[name]]));
      for (const [name, value] of Object.entries(changed)) {
        Object.defineProperty(record, name, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return record;
    });
}

function goodRecord(collection: Collection): Record<string, unknown> {
  const asSent = ({ name, kind }: Field) => {
    const value = exampleOf(collection)[name];
    return kind === 'json' ? new JsonField(JSON.stringify(value), value) : value;
  };
  return {
    [collection.key]: exampleOf(collection)[collection.key],
    ...Object.fromEntries(collection.fields.map((field) => [field.name, asSent(field)])),
  };
}

describe.each([SESSIONS, TASKS])('the reader of $plural', (collection: Collection) => {
  const reader = new RecordReader(collection);
  const schema = incomingSchema(collection);

  it('accepts exactly what the schema accepts, with the same fields', () => {
    let good = 0;
    fc.assert(
      fc.property(anyRecord(collection), (record) => {
        const read = reader.read(record);
        const checked = schema.safeParse(record);
        expect(read !== null).toBe(checked.success);
        if (read === null || !checked.success) return;
        good += 1;
        const sent = Object.keys(checked.data).filter((name) => name in read.fields);
        expect(Object.keys(read.fields).sort()).toEqual(sent.sort());
      }),
      { numRuns: 3000 },
    );
    expect(good).toBeGreaterThan(100);
  });

  it('converts times, ratios and JSON, and leaves everything else as it is', () => {
    const record = goodRecord(collection);
    const { key, fields } = reader.read(record) ?? {};
    expect(key).toBe(record[collection.key]);
    for (const { name, kind } of collection.fields) {
      const sent = record[name];
      if (kind === 'instant')
        expect(fields?.[name]).toBe(sent === null ? null : Date.parse(String(sent)));
      else if (kind === 'json') expect(fields?.[name]).toBe((sent as JsonField).text);
      else expect(fields?.[name]).toBe(sent);
    }
    if (collection !== TASKS) return;
    expect(reader.read({ ...record, confidence: 0.123456 })?.fields.confidence).toBe(0.1235);
  });

  it.each([null, undefined, 'text', 7, [], [1]])('refuses %j, which is no record', (value) => {
    expect(reader.read(value)).toBeNull();
  });
});
