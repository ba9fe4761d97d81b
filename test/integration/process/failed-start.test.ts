import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { anApiKey } from '../../support/http/api-keys.js';
import { freePort } from '../../support/processes/free-port.js';
import { programUnderTest, ServiceProcess } from '../../support/processes/service-process.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'ps-start-'));
  return () => rmSync(cwd, { recursive: true, force: true });
});

/** Runs a start that is expected to fail: its exit code and its output. */
const failedStart = (env: Record<string, string>) =>
  new Promise<{ code: number; text: string }>((resolve) => {
    const options = { cwd, env: { PATH: process.env.PATH ?? '', ...env } };
    const child = execFile(process.execPath, [programUnderTest()], options, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, text: `${out}${err}` });
    });
  });

async function aTakenPort(): Promise<string> {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void other.close());
  return String(port);
}

describe('a start that fails', () => {
  it('removes the empty folders that it created', async () => {
    writeFileSync(join(cwd, 'notes.txt'), 'this is no database, and long enough '.repeat(40));
    expect((await failedStart({ SQLITE_PATH: 'notes.txt' })).code).toBe(78);
    expect(readdirSync(cwd)).toEqual(['notes.txt']);
    expect((await failedStart({ SQLITE_PATH: 'notes.txt/a.db' })).code).toBe(78);
    expect(readdirSync(cwd)).toEqual(['notes.txt']);
  });

  it('keeps the database that it created, and no journal beside it', async () => {
    expect((await failedStart({ SERVICE_PORT: await aTakenPort() })).code).toBe(1);
    expect(readdirSync(join(cwd, 'data'))).toEqual(['persistence.db']);
  });

  it('leaves the journal of an earlier run where it is', async () => {
    const earlier = await ServiceProcess.start({ cwd, env: {} });
    await earlier.kill();
    expect((await failedStart({ SERVICE_PORT: await aTakenPort() })).code).toBe(1);
    expect(readdirSync(join(cwd, 'data/journal'))).toEqual(
      expect.arrayContaining(['checkpoint', 'lock', 'reserve']),
    );
  });

  it('does so in every mode', async () => {
    const env = { SERVICE_PORT: await aTakenPort(), BUFFER_DURABILITY: 'memory' };
    expect((await failedStart(env)).code).toBe(1);
    expect(existsSync(join(cwd, 'data/journal'))).toBe(false);
  });
});

describe('a start', () => {
  it('logs the files that it uses, with absolute paths', async () => {
    writeFileSync(join(cwd, 'settings.yaml'), 'logging: { file: logs/service.log }\n');
    const service = await ServiceProcess.start({ cwd, env: { CONFIG_FILE: 'settings.yaml' } });
    await service.stop();
    const lines = service.output.split('\n').filter((line) => line.startsWith('{'));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: 'Starting',
      config: join(cwd, 'settings.yaml'),
      stores: [`sqlite ${join(cwd, 'data/persistence.db')}`],
      journal: join(cwd, 'data/journal'),
      log: join(cwd, 'logs/service.log'),
    });
  });

  it('warns if there are no keys, and only then', async () => {
    const { key } = anApiKey('backend', 'read');
    for (const [env, warned] of [
      [{}, true],
      [{ AUTH_API_KEYS: JSON.stringify([key]) }, false],
    ] as const) {
      const service = await ServiceProcess.start({ cwd, env });
      await service.stop();
      expect(service.output.includes('There are no API keys: everyone who can reach')).toBe(warned);
    }
  });

  it('is refused with an empty list of keys in a file', async () => {
    writeFileSync(join(cwd, 'keys.json'), '[]');
    const { code, text } = await failedStart({ AUTH_API_KEYS_FILE: 'keys.json' });
    expect([code, text]).toEqual([78, expect.stringContaining('auth.api_keys: the list is empty')]);
  });

  it('logs that it found no configuration file, and the expected path', async () => {
    const service = await ServiceProcess.start({ cwd, env: {} });
    await service.stop();
    expect(service.output).toContain(`no ${join(cwd, 'config/config.yaml')}`);
  });
});
