import { describe, expect, it } from 'vitest';
import { aligned, counted, printable, size } from '../../../src/cli/text.js';

describe('text for people', () => {
  it('aligns labels left and values right, without trailing spaces', () => {
    expect(aligned([['tasks', '12'], ['  failed', '3', 'look'], ['sizes']])).toEqual([
      'tasks     12',
      '  failed   3  look',
      'sizes',
    ]);
    expect(aligned([])).toEqual([]);
  });

  it('uses singular and plural', () => {
    expect([0, 1, 1200].map((count) => counted(count, 'task'))).toEqual([
      '0 tasks',
      '1 task',
      '1,200 tasks',
    ]);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1_572_864, '1.5 MiB'],
    [3 * 1024 ** 3, '3.0 GiB'],
    [2048 * 1024 ** 4, '2048.0 TiB'],
  ])('shows %i bytes as %s', (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });

  it('keeps every letter, and escapes control characters and bidirectional controls', () => {
    expect(printable('Ünï 剣 😀 e\u0301')).toBe('Ünï 剣 😀 e\u0301');
    expect(printable('a\nb\u001bc\u202ed\u2028')).toBe('a\\u{a}b\\u{1b}c\\u{202e}d\\u{2028}');
  });
});
