import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../../src/adapters/config/schema.js';
import { command } from '../../support/processes/command-line.js';

const create = (...words: readonly string[]) => command(['key', 'create', ...words]);

const created = async (...words: readonly string[]) =>
  JSON.parse((await create(...words, '--json')).stdout) as {
    key: string;
    entry: { name: string; sha256: string; scopes: string[] };
  };

describe('key create', () => {
  it('creates a key of 32 random bytes, a different one each time', async () => {
    const words = ['--name', 'backend', '--scopes', 'read,write'];
    const [one, other] = [await created(...words), await created(...words)];
    expect(one.key).toMatch(/^psk_[A-Za-z0-9_-]{43}$/);
    expect(other.key).not.toBe(one.key);
    expect(one.entry).toEqual({
      name: 'backend',
      sha256: createHash('sha256').update(one.key).digest('hex'),
      scopes: ['read', 'write'],
    });
  });

  it('prints entries that the configuration accepts unchanged', async () => {
    const { stdout } = await create('--name', 'Team A', '--scopes', 'admin');
    const lines = stdout.trimEnd().split('\n');
    const key = lines.find((line) => line.startsWith('  psk_'))?.trim() ?? '';
    const sha256 = createHash('sha256').update(key).digest('hex');
    const expected = [{ name: 'Team A', sha256, scopes: ['admin'] }];
    const yaml = lines.slice(lines.indexOf('  auth:'), lines.indexOf('  auth:') + 3).join('\n');
    expect(configSchema.parse(parse(yaml)).auth.api_keys).toEqual(expected);
    const assignment = lines.at(-1) ?? '';
    const [, json = ''] = /^ {2}AUTH_API_KEYS='(.*)'$/.exec(assignment) ?? [];
    expect(configSchema.parse({ auth: { api_keys: json } }).auth.api_keys).toEqual(expected);
    expect(lines.join('\n').split(key)).toHaveLength(2);
  });

  it('accepts scopes in any order, repeated, and with spaces', async () => {
    const { entry } = await created('--name', 'a', '--scopes', 'write, read,write');
    expect(entry.scopes).toEqual(['read', 'write']);
  });

  it.each([
    ['no name', ['--scopes', 'read']],
    ['no scopes', ['--name', 'a']],
    ['empty scopes', ['--name', 'a', '--scopes', '']],
    ['an unknown scope', ['--name', 'a', '--scopes', 'read,delete']],
    ['a name of quotes', ['--name', "it's", '--scopes', 'read']],
    ['an empty name', ['--name', '', '--scopes', 'read']],
    ['a name that is too long', ['--name', 'a'.repeat(65), '--scopes', 'read']],
    ['configuration', ['--name', 'a', '--scopes', 'read', '--service.port', '1']],
  ])('refuses %s', async (_, words) => {
    const { code, stdout, stderr } = await create(...words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/required option|Expected|--service.port/);
  });
});
