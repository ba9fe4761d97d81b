import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOfJsonError } from '../../../src/adapters/http/body/json-error-place.js';

/** The place reported by V8, for the errors for which it reports one. */
function placeByEngine(text: string): number | null {
  try {
    JSON.parse(text);
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1];
    return position === undefined ? null : Number(position);
  }
  return null;
}

describe('the place of a JSON error', () => {
  it.each([
    ['{"tasks":}', 'line 1, column 10'],
    ['{"a":1,}', 'line 1, column 8'],
    ['[1,]', 'line 1, column 4'],
    ['[1 2]', 'line 1, column 4'],
    ['{"a" 1}', 'line 1, column 6'],
    ['{a:1}', 'line 1, column 2'],
    ["{'a':1}", 'line 1, column 2'],
    ['[1]]', 'line 1, column 4'],
    ['{}{}', 'line 1, column 3'],
    ['[}', 'line 1, column 2'],
    ['[NaN]', 'line 1, column 2'],
    ['[01]', 'line 1, column 3'],
    ['["a\\x"]', 'line 1, column 4'],
    ['["a\tb"]', 'line 1, column 4'],
    ['{\n  "a": 1,\n  "b": oops\n}', 'line 3, column 8'],
    ['["a', 'line 1, column 4: unexpected end'],
    ['{"tasks":[', 'line 1, column 11: unexpected end'],
    ['{"a":1', 'line 1, column 7: unexpected end'],
    ['   ', 'line 1, column 4: unexpected end'],
  ])('of %j is %s', (text, place) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(placeOfJsonError(text)).toBe(place);
  });

  it('is that of the engine, if it reports one, or the start of the word or escape around it', () => {
    let compared = 0;
    const damaged = fc
      .tuple(
        fc.jsonValue({ depthSize: 'small' }),
        fc.nat(),
        fc.constantFrom('', '"', ',', '}', '1'),
      )
      .map(([value, at, put]) => {
        const text = JSON.stringify(value);
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + put + text.slice(cut + 1);
      });
    fc.assert(
      fc.property(damaged, (text) => {
        const expected = placeByEngine(text);
        if (expected === null) return;
        compared += 1;
        const found = Number(/column (\d+)/.exec(placeOfJsonError(text))?.[1]) - 1;
        expect(found).toBeLessThanOrEqual(expected);
        expect(text.slice(found, expected)).toMatch(/^\\?[\w.+-]*$/);
      }),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(50);
  });

  it('is found in a body of many megabytes, however deep', () => {
    const long = `{"a":"${'漢\u0080x'.repeat(1_000_000)}","b":}`;
    expect(placeOfJsonError(long)).toBe(`line 1, column ${long.length}`);
    expect(placeOfJsonError('['.repeat(1_000_000))).toContain('unexpected end');
  });
});
