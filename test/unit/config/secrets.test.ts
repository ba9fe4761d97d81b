import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { printConfig } from '../../../src/adapters/config/load-config.js';
import { aWorkspace } from './workspace.js';

const SECRET = 'hunter2';
const SHA256 = 'c0ffee'.repeat(11).slice(0, 64);

const { config, load, problems } = aWorkspace();

describe('the printed configuration', () => {
  it('has every effective key, secrets hidden', () => {
    const loaded = config({
      env: {
        DATABASE_PASSWORD: SECRET,
        AUTH_API_KEYS: JSON.stringify([{ name: 'a', sha256: SHA256, scopes: ['read'] }]),
        SERVICE_PORT: '9000',
      },
    });
    const text = printConfig(loaded);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(SHA256);
    expect(parse(text)).toEqual({
      ...loaded,
      database: { ...loaded.database, password: '[hidden]' },
      auth: { ...loaded.auth, api_keys: '[hidden]' },
    });
    // Printing does not change the configuration.
    expect(loaded.database.password).toBe(SECRET);
  });

  it('shows that a secret is not set', () => {
    expect(parse(printConfig(config()))).toMatchObject({
      database: { password: '' },
      auth: { api_keys: null },
    });
  });

  it('can be used as a configuration file', () => {
    const loaded = config({ flags: ['--service.port', '9000', '--storage.routes={}'] });
    expect(config({ file: printConfig(loaded) })).toEqual(loaded);
  });
});

describe('an error', () => {
  it.each([
    { file: 'database: { password: [hunter2] }' },
    { file: 'database: hunter2' },
    { file: 'database: { password: *hunter2 }' },
    { file: 'database:\n  password: |hunter2\n' },
    { file: 'database:\n  password: >hunter2\n' },
    { file: 'database:\n  password: !hunter2\n' },
    { file: 'database:\n  password: !a!hunter2 x\n' },
    { file: 'database:\n  ? { password: hunter2 }\n' },
    { file: 'database: { passwrod: hunter2 }' },
    { env: { AUTH_API_KEYS: 'hunter2' } },
    { env: { DATABASE_PASSWORDS: 'hunter2' } },
    { flags: ['--database.Password=hunter2'] },
    { flags: ['--database.Password', 'hunter2'] },
    { flags: ['--database.pasword', 'hunter2'] },
  ])('does not reveal a secret: %j', (given) => {
    const lines = problems(given);
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain(SECRET);
  });

  it('of usage, or a warning, does not reveal one either', () => {
    expect(() => load({ flags: ['--password', SECRET] })).toThrow(/^--password: is neither/);
    expect(load({ env: { DATABASE_URL: SECRET } }).warnings.join()).not.toContain(SECRET);
  });
});
