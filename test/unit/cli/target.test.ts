import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageOf } from '../../support/clients/answers.js';
import { type Around, command } from '../../support/processes/command-line.js';
import { aWorkspace } from '../config/workspace.js';

const { write } = aWorkspace();

/** The Authorization header that `quarantine list` sends. */
async function sent(words: readonly string[], around: Around = {}): Promise<string | null> {
  let header: string | null = null;
  const { code, stderr } = await command(['quarantine', 'list', ...words], {
    ...around,
    fetch: async (_, init) => {
      header = new Headers(init?.headers).get('authorization');
      return Response.json(pageOf());
    },
  });
  expect([code, stderr]).toEqual([0, '']);
  return header;
}

describe('the key of a command', () => {
  it('may be absent, in the file of the option, in the environment, or in the file named there', async () => {
    const file = write('key', 'from-file\n');
    expect(await sent([])).toBeNull();
    expect(await sent([], { env: { PERSISTENCE_API_KEY: '' } })).toBeNull();
    expect(await sent([], { env: { PERSISTENCE_API_KEY: 'from-env' } })).toBe('Bearer from-env');
    expect(await sent([], { env: { PERSISTENCE_API_KEY_FILE: file } })).toBe('Bearer from-file');
    const env = { PERSISTENCE_API_KEY: 'from-env' };
    const option = write('other', 'from-option\n');
    expect(await sent(['--api-key-file', option], { env })).toBe('Bearer from-option');
  });

  it('may be in a file of the working directory', async () => {
    const cwd = join(write('here/key', 'relative'), '..');
    expect(await sent([], { cwd, env: { PERSISTENCE_API_KEY_FILE: 'key' } })).toBe(
      'Bearer relative',
    );
  });

  it.each([
    ['both', { PERSISTENCE_API_KEY: 'hunter2', PERSISTENCE_API_KEY_FILE: 'key' }, 'both set'],
    [
      'an invalid key',
      { PERSISTENCE_API_KEY: 'hunter2 ä' },
      'PERSISTENCE_API_KEY does not contain',
    ],
    ['a missing file', { PERSISTENCE_API_KEY_FILE: 'gone' }, '(gone) cannot be read'],
  ])('is a configuration error if the environment has %s', async (_, env, problem) => {
    const { code, stdout, stderr } = await command(['stats'], { env });
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain('hunter2');
  });

  it('is a configuration error if its file is empty', async () => {
    const cwd = join(write('empty/key', '\n'), '..');
    writeFileSync(join(cwd, 'key'), '\n');
    const { code, stderr } = await command(['stats'], {
      cwd,
      env: { PERSISTENCE_API_KEY_FILE: 'key' },
    });
    expect([code, stderr]).toEqual([
      78,
      expect.stringContaining('(key) does not contain an API key'),
    ]);
  });

  it.each([
    ['contains an invalid key', 'hunter2 ä', 0o600, 'does not contain an API key'],
    ['can be written by others', 'hunter2', 0o666, 'is writable by users other than its owner'],
  ])('is a usage error if the file of the option %s', async (_, text, mode, problem) => {
    const file = write('key', text);
    chmodSync(file, mode);
    const { code, stderr } = await command(['stats', '--api-key-file', file]);
    expect(code).toBe(2);
    expect(stderr).toContain(`--api-key-file (${file}) ${problem}`);
    expect(stderr).not.toContain('hunter2');
  });

  it('is never a command-line argument, which every user of the machine can read', async () => {
    for (const words of [['--api-key', 'hunter2'], ['--api-key=hunter2']]) {
      const { code, stderr } = await command(['stats', ...words]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("unknown option '--api-key'")]);
      expect(stderr).not.toContain('hunter2');
    }
  });
});

describe('the address of a command', () => {
  it.each([
    ['no address', ['--url', 'example.org']],
    ['another protocol', ['--url', 'ftp://example.org']],
    ['a user name', ['--url', 'http://me:hunter2@example.org']],
    ['a query', ['--url', 'http://example.org/?a=b']],
    ['a port besides', ['--url', 'http://example.org', '--service.port', '1']],
    ['a file besides', ['--url', 'http://example.org', '--config', 'config.yaml']],
    ['an unknown port', ['--service.port', '0']],
  ])('can not be %s', async (_, words) => {
    const { code, stderr } = await command(['stats', ...words]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--url/);
  });

  it('is not read from an invalid configuration, unless --url gives it', async () => {
    const env = { SERVICE_PORT: 'many' };
    const bad = await command(['stats'], { env });
    expect([bad.code, bad.stdout]).toEqual([78, '']);
    expect(bad.stderr).toContain('service.port: expected a whole number from 0 to 65535');
    expect(await sent(['--url', 'http://127.0.0.1:1'], { env })).toBeNull();
  });
});
