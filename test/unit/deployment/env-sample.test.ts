import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/adapters/config/load-config.js';

const root = join(import.meta.dirname, '..', '..', '..');
const sample = readFileSync(join(root, 'deployment', 'persistence-service.env.sample'), 'utf8');
const variables = parseEnv(sample) as Readonly<Record<string, string>>;
const withoutFiles = Object.fromEntries(
  Object.entries(variables).filter(([name]) => !name.endsWith('_FILE')),
);

describe('the sample environment file', () => {
  it('is accepted by the service, if the files with the secrets exist', () => {
    const { config, warnings } = loadConfig({
      flags: [],
      env: { ...withoutFiles, DATABASE_PASSWORD: 'x' },
      cwd: root,
    });
    expect(warnings).toEqual([]);
    expect(config.storage.backend).toBe('mysql');
    expect(config.service.host).toBe('127.0.0.1');
    expect(config.buffer.durability).toBe('journal');
  });

  it('contains no secret, and names the files that do', () => {
    expect(variables).not.toHaveProperty('DATABASE_PASSWORD');
    expect(variables).not.toHaveProperty('AUTH_API_KEYS');
    expect(variables.DATABASE_PASSWORD_FILE).toMatch(/^\/etc\//);
    expect(variables.AUTH_API_KEYS_FILE).toMatch(/^\/etc\//);
  });

  it('has lines that systemd and Docker read as node does: unquoted values, no comment after them', () => {
    for (const line of sample.split('\n').filter((text) => text !== '' && !text.startsWith('#'))) {
      expect(line).toMatch(/^[A-Z_]+=[\w./-]+$/);
    }
  });
});
