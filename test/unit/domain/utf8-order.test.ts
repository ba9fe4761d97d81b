import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareUtf8 } from '../../../src/domain/utf8-order.js';

describe('comparing strings by their UTF-8 bytes', () => {
  it('agrees with comparing the bytes, in every plane', () => {
    // Few characters from each range of Unicode, so that common prefixes are frequent.
    const character = fc.constantFrom('a', 'b', '\u007f', 'é', '漢', '\uffee', '🗡', '\u{10ffff}');
    const text = fc.oneof(
      fc.array(character, { maxLength: 5 }).map((characters) => characters.join('')),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareUtf8(a, b))).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
