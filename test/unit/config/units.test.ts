import { describe, expect, it } from 'vitest';
import { parseBytes } from '../../../src/adapters/config/units.js';
import { aWorkspace } from './workspace.js';

const { config } = aWorkspace();

describe('sizes', () => {
  it.each<[text: string | number, bytes: number]>([
    [1048576, 1_048_576],
    ['1048576', 1_048_576],
    ['512 B', 512],
    ['500kB', 500_000],
    ['2MB', 2_000_000],
    ['1GB', 1_000_000_000],
    ['64KiB', 65_536],
    [' 32MiB ', 33_554_432],
    ['2GiB', 2_147_483_648],
  ])('%j are %d bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each([
    '',
    'MiB',
    '-1',
    '1.5MiB',
    '1mib',
    '1TB',
    '1 2',
    '9007199254740993',
    '999999999999999GiB',
    1.5,
    -1,
    null,
    true,
  ])('%j is none', (value) => {
    expect(parseBytes(value)).toBeNull();
  });

  it('are plain numbers in YAML too', () => {
    expect(config({ file: 'service: { body_limit: 4096 }' }).service.body_limit).toBe(4096);
  });
});
