import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aWorkspace, type Given } from './workspace.js';

const SHA256 = '0123456789abcdef'.repeat(4);
const KEY = { name: 'backend', sha256: 'a'.repeat(64), scopes: ['read', 'write'] };
const apiKeys = (...keys: readonly object[]): Given => ({
  env: { AUTH_API_KEYS: JSON.stringify(keys) },
});

const { config, problems, write } = aWorkspace();

describe('API keys', () => {
  it.each<[what: string, given: Given, problem: string]>([
    [
      'no list',
      { env: { AUTH_API_KEYS: 'hunter2' } },
      'auth.api_keys: expected a JSON list of keys',
    ],
    [
      'no name',
      apiKeys({ sha256: SHA256, scopes: ['read'] }),
      'auth.api_keys (0.name): expected a name',
    ],
    [
      'an empty name',
      apiKeys({ name: '', sha256: SHA256, scopes: ['read'] }),
      'auth.api_keys (0.name): expected a name',
    ],
    [
      'the token in place of its hash',
      apiKeys({ name: 'a', sha256: 'hunter2', scopes: ['read'] }),
      'auth.api_keys (0.sha256): expected 64 lower-case hexadecimal digits',
    ],
    [
      'no hash',
      apiKeys({ name: 'a', scopes: ['read'] }),
      'auth.api_keys (0.sha256): expected 64 lower-case hexadecimal digits',
    ],
    [
      'no scope',
      apiKeys({ name: 'a', sha256: SHA256, scopes: [] }),
      'auth.api_keys (0.scopes): expected at least one of read, write and admin',
    ],
    [
      'an unknown scope',
      apiKeys({ name: 'a', sha256: SHA256, scopes: ['root'] }),
      'auth.api_keys (0.scopes.0): expected read, write or admin',
    ],
    [
      'an unknown field',
      apiKeys({ name: 'a', sha256: SHA256, scopes: ['read'], hint: 'hunter2' }),
      'auth.api_keys (0): Unrecognized key: "hint"',
    ],
  ])('with %s are refused, and the value is hidden', (_, given, problem) => {
    expect(problems(given)).toEqual([
      `${problem}; found [hidden] (environment variable AUTH_API_KEYS)`,
    ]);
  });

  it('have different names', () => {
    const key = { name: 'a', sha256: SHA256, scopes: ['read'] };
    expect(problems(apiKeys(key, { ...key, sha256: 'f'.repeat(64) }))).toEqual([
      'auth.api_keys: the name "a" is used twice',
    ]);
  });

  it('have different hashes: two names of one key could not be distinguished', () => {
    const key = { name: 'a', sha256: SHA256, scopes: ['read'] };
    expect(problems(apiKeys(key, { ...key, name: 'b', scopes: ['admin'] }))).toEqual([
      'auth.api_keys: "a" and "b" have the same sha256, so they are one key; create one per name with `node dist/main.js key create`, or remove one',
    ]);
  });
});

describe('an explicitly empty list of API keys', () => {
  const expected =
    'auth.api_keys: the list is empty, so anyone could read and write. Add a key (`node dist/main.js key create` creates one), omit the list, or permit it with auth.allow_anonymous: true';

  it.each<[where: string, given: Given]>([
    ['in the environment', { env: { AUTH_API_KEYS: '[]' } }],
    ['in a flag', { flags: ['--auth.api_keys', '[]'] }],
    ['in the file', { file: 'auth: { api_keys: [] }' }],
  ])('stops the start: %s', (_, given) => {
    expect(problems(given)).toEqual([expected]);
  });

  it('stops the start: in its own file', () => {
    write('keys.json', '[]\n');
    expect(problems({ env: { AUTH_API_KEYS_FILE: 'keys.json' } })).toEqual([expected]);
  });

  it('is one problem, not two, if the host is not loopback either', () => {
    expect(problems({ env: { AUTH_API_KEYS: '[]', SERVICE_HOST: '0.0.0.0' } })).toHaveLength(1);
  });

  it('is accepted if anonymous access is permitted', () => {
    expect(problems({ env: { AUTH_API_KEYS: '[]', AUTH_ALLOW_ANONYMOUS: 'true' } })).toEqual([]);
  });

  it('is no list when it is null', () => {
    expect(config({ file: 'auth: { api_keys: null }' }).auth.api_keys).toEqual([]);
    expect(problems({ env: { AUTH_API_KEYS: 'null' } })).toHaveLength(1);
  });
});

describe('a file with keys', () => {
  it.each([
    ['everybody', 0o646, '0646'],
    ['its group', 0o620, '0620'],
  ])('is refused if %s can write to it', (_, mode, shown) => {
    const path = write('secrets/keys', JSON.stringify([KEY]));
    chmodSync(path, mode);
    expect(problems({ env: { AUTH_API_KEYS_FILE: path } })).toEqual([
      `auth.api_keys: the file named by AUTH_API_KEYS_FILE is writable by users other than its owner (mode ${shown}); run chmod go-w on it: ${path}`,
    ]);
    chmodSync(path, 0o644);
    expect(problems({ env: { AUTH_API_KEYS_FILE: path } })).toEqual([]);
  });
});
