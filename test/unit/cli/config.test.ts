import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command } from '../../support/processes/command-line.js';
import { aWorkspace } from '../config/workspace.js';

const { write } = aWorkspace();
const SECRET = { DATABASE_PASSWORD: 'hunter2' };

/** A folder with this configuration file. */
const folderWith = (file: string) => join(write('folder/config/config.yaml', file), '..', '..');

describe('config print', () => {
  it('prints the same as serve --print-config, secrets hidden', async () => {
    const env = { ...SECRET, BUFFER_FLUSH_INTERVAL: '7' };
    const { code, stdout } = await command(['config', 'print'], { env });
    expect([code, stdout]).toEqual([0, expect.stringContaining('flush_interval: 7\n')]);
    expect(stdout).not.toContain('hunter2');
    expect(stdout).toBe((await command(['serve', '--print-config'], { env })).stdout);
  });

  it('is one JSON object with --json, secrets hidden', async () => {
    const { stdout } = await command(['config', 'print', '--json'], { env: SECRET });
    expect(JSON.parse(stdout)).toMatchObject({
      service: { port: 8001 },
      database: { password: '[hidden]' },
      auth: { api_keys: null },
    });
  });
});

describe('config check', () => {
  it('reads the file of the option, whatever CONFIG_FILE names', async () => {
    const cwd = folderWith('service: { port: 1 }');
    const env = { CONFIG_FILE: 'gone.yaml' };
    const words = ['config', 'print', '--json', '-c', 'config/config.yaml'];
    const { code, stdout } = await command(words, { cwd, env });
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { service: { port: 1 } }]);
  });

  it('prints ok, and the source of each key that is not a default', async () => {
    const cwd = folderWith('service: { port: 1, host: "::1" }\nbuffer: { flush_interval: 1 }\n');
    const { code, stdout, stderr } = await command(['config', 'check', '--service.port', '3'], {
      cwd,
      env: { ...SECRET, BUFFER_FLUSH_INTERVAL: '2' },
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.replace(/ {2,}/g, '  ').trimEnd().split('\n')).toEqual([
      'ok',
      '  service.port  flag --service.port',
      '  service.host  file config/config.yaml',
      '  buffer.flush_interval  environment variable BUFFER_FLUSH_INTERVAL',
      '  database.password  environment variable DATABASE_PASSWORD',
      '  41 others: defaults',
    ]);
  });

  it('reports that all keys are defaults, and warns of ignored variables', async () => {
    const env = { DATABASE_URL: 'mysql://root:hunter2@db' };
    const { code, stdout, stderr } = await command(['config', 'check'], { env });
    expect([code, stdout]).toEqual([0, 'ok\n  all: defaults\n']);
    expect(stderr).toMatch(/^warning: environment variable DATABASE_URL: is not a key/);
  });

  it('is one JSON object with --json', async () => {
    const env = { DATABASE_URL: 'x', SERVICE_PORT: '1' };
    const { stdout } = await command(['config', 'check', '--json'], { env });
    expect(JSON.parse(stdout)).toEqual({
      status: 'ok',
      sources: { 'service.port': 'environment variable SERVICE_PORT' },
      warnings: [expect.stringContaining('DATABASE_URL')],
    });
  });

  it.each([
    ['a bad value', ['--service.port', 'many'], /service\.port: expected .* found "many" \(flag/],
    ['an unknown key', ['--service.prt', '1'], /did you mean service\.port\?/],
    ['a key without a value', ['--service.port'], /has no value/],
    ['keys that contradict', ['--service.host', '0.0.0.0'], /there are no API keys/],
    ['a missing file', ['--config', 'gone.yaml'], / --config: gone\.yaml does not exist/],
    ['a missing file, by the short option', ['-c', 'gone.yaml'], / --config: gone\.yaml does/],
    ['an unreadable file', ['--config', '.'], / --config: \. cannot be read/],
  ])('refuses %s with exit code 78', async (_, words, expected) => {
    for (const json of [[], ['--json']]) {
      const { code, stdout, stderr } = await command(['config', 'check', ...words, ...json]);
      expect([code, stdout]).toEqual([78, '']);
      expect(stderr).toMatch(expected);
    }
  });
});
