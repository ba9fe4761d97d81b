import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDateOrTime, parseDateTime } from '../../../src/adapters/http/schemas/dates.js';

const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());

describe('a date-time', () => {
  it.each([
    ['2026-11-24T12:00:00Z', '2026-11-24T12:00:00.000Z'],
    ['2026-11-24T12:00:00', '2026-11-24T12:00:00.000Z'],
    ['2026-11-24 12:00', '2026-11-24T12:00:00.000Z'],
    ['2026-11-24t12:00:00z', '2026-11-24T12:00:00.000Z'],
    ['2026-11-24T12:00:00.1', '2026-11-24T12:00:00.100Z'],
    ['2026-11-24T12:00:00,25', '2026-11-24T12:00:00.250Z'],
    ['2026-11-24T12:00:00.999999999999999999Z', '2026-11-24T12:00:00.999Z'],
    ['2026-11-24T12:00:00+05:30', '2026-11-24T06:30:00.000Z'],
    ['2026-11-24T12:00:00-0800', '2026-11-24T20:00:00.000Z'],
    ['2026-11-24T12:00:00+02', '2026-11-24T10:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['1000-01-01T00:00:00Z', '1000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.9999Z', '9999-12-31T23:59:59.999Z'],
    ['0999-12-31T23:30:00-01:00', '1000-01-01T00:30:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(iso(parseDateTime(text))).toBe(expected);
  });

  it.each([
    '2026-11-24',
    '',
    'now',
    '1790000000000',
    '2025-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-10-00T00:00:00Z',
    '2026-11-24T24:00:00Z',
    '2026-11-24T12:60:00Z',
    '2026-11-24T12:00:60Z',
    '2026-11-24T12:00:00+24:00',
    '2026-11-24T12:00:00+02:60',
    '2026-11-24T12:00:00.Z',
    '2026-11-24T12:00:00Z ',
    ' 2026-11-24T12:00:00Z',
    '2026-11-24T12:00:00Z\n',
    '+002026-11-24T12:00:00Z',
    '26-11-24T12:00:00Z',
    '2026-11-24T12:00:00 UTC',
    '1000-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-00:01',
    '２０２６-11-24T12:00:00Z',
    '2026-+1-24T12:00:00.000Z',
    '2026-11-24T12:00:00.0 0Z',
    '2026-11-24T12:00:00.00aZ',
    '2026-1a-24T12:00:00.000Z',
    '2026-02-30T12:00:00.000Z',
    '0999-12-31T12:00:00.000Z',
    '2026-11-24T24:00:00.000Z',
    '2026-11-24T12:00:60.000Z',
    '2026-11-24T12:00:00.000+',
  ])('is not %j', (text) => {
    expect(parseDateTime(text)).toBeNull();
  });

  it('that was answered reads back as the same millisecond', () => {
    const between = { min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) };
    fc.assert(
      fc.property(fc.integer(between), (instant) => {
        expect(parseDateTime(new Date(instant).toISOString())).toBe(instant);
      }),
    );
  });
});

describe('the time range of a filter', () => {
  it('is the whole day of a date, to its last millisecond', () => {
    const span = parseDateOrTime('2026-11-24');
    expect(iso(span?.from ?? null)).toBe('2026-11-24T00:00:00.000Z');
    expect(iso(span?.until ?? null)).toBe('2026-11-24T23:59:59.999Z');
  });

  it('is the single instant of a date-time', () => {
    const span = parseDateOrTime('2026-11-24T12:00:00.5Z');
    expect(span?.from).toBe(span?.until);
  });

  it.each(['2026-02-30', '2026-13-01', '0999-12-31', '10000-01-01', '2026-11', '2026-11-24T'])(
    'is nothing for %s',
    (text) => {
      expect(parseDateOrTime(text)).toBeNull();
    },
  );
});
