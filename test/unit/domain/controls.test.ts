import { describe, expect, it } from 'vitest';
import { escapeControls } from '../../../src/domain/controls.js';

describe('untrusted text on a terminal', () => {
  it.each([
    ['ESC', 'a\u001b[2Jb', 'a\\u001b[2Jb'],
    ['the 8-bit control sequence introducer', 'a\u009b2Jb', 'a\\u009b2Jb'],
    ['a carriage return', 'a\rb', 'a\\u000db'],
    ['DEL', 'a\u007fb', 'a\\u007fb'],
    ['a direction override', 'a\u202eb', 'a\\u202eb'],
    ['an isolate', 'a\u2066b', 'a\\u2066b'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ])('has no %s', (_, text, shown) => {
    expect(escapeControls(text)).toBe(shown);
  });

  it('keeps letters of every language, joiners, tabs and line feeds', () => {
    const text = 'Ünï 剣 می\u200cخواهم 👩\u200d🚀\n\te\u0301';
    expect(escapeControls(text)).toBe(text);
  });

  it('keeps the meaning of JSON', () => {
    const value = { 'a\u009b': ['\u001b', '\u202e', 'x\u200dy', '\\u001b'] };
    expect(JSON.parse(escapeControls(JSON.stringify(value)))).toEqual(value);
  });
});
