import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClient } from '../support/http/client.js';
import { aSession } from '../support/http/http-app.js';
import { programUnderTest, ServiceProcess } from '../support/processes/service-process.js';

let cwd: string;
let services: ServiceProcess[];
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'ps-file-'));
  services = [];
});
afterEach(async () => {
  for (const service of services) await service.kill();
  await rm(cwd, { recursive: true, force: true });
});

const start = async (env: Record<string, string> = {}) => {
  const service = await ServiceProcess.start({ cwd, env });
  services.push(service);
  return service;
};

/** The output of a command on both streams, and its exit code. */
const command = (words: readonly string[], env: Record<string, string> = {}) =>
  new Promise<{ code: number; text: string }>((resolve) => {
    const options = { cwd, env: { PATH: process.env.PATH ?? '', ...env } };
    const child = execFile(
      process.execPath,
      [programUnderTest(), ...words],
      options,
      (_error, out, err) => {
        resolve({ code: child.exitCode ?? -1, text: `${out}${err}` });
      },
    );
  });

const session = (id: string) => ({ sessions: [aSession(id)] });

describe('a database file that is deleted under a running service', () => {
  it('is detected before a write is reported as stored, and pending writes go to a new file', async () => {
    const service = await start({ BUFFER_FLUSH_INTERVAL: '3600' });
    const client = new TestClient(service.url);
    expect((await client.post('sessions/batch?ack=stored', session('early'))).status).toBe(200);
    expect((await client.post('sessions/batch', session('waits'))).status).toBe(200);
    for (const name of await readdir(join(cwd, 'data'))) {
      if (name.startsWith('persistence.db')) await rm(join(cwd, 'data', name));
    }
    const refused = await client.post('sessions/batch?ack=stored', session('late'));
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({
      error_code: 'STORAGE_UNAVAILABLE',
      detail: expect.stringContaining('the database file was removed while it was open'),
    });
    const stored = await client.post('sessions/batch?ack=stored', session('late'));
    expect(await stored.json()).toMatchObject({ status: 'stored' });
    expect(await client.health()).toMatchObject({
      status: 'degraded',
      problems: [expect.stringContaining('its content is no longer in the store')],
    });
    expect(service.output).toContain('A file of the store was moved');
    await service.kill();

    const next = new TestClient((await start()).url);
    for (const [id, status] of [
      ['waits', 200],
      ['late', 200],
      ['early', 404],
    ] as const) {
      expect((await next.get(`sessions/${id}`)).status, id).toBe(status);
    }
  });
});

describe('a second service on one database file', () => {
  it('refuses to start, with another journal and by any path, and names the holder of the file', async () => {
    const first = await start();
    await symlink(join(cwd, 'data'), join(cwd, 'elsewhere'));
    for (const SQLITE_PATH of ['data/persistence.db', join(cwd, 'elsewhere/persistence.db')]) {
      const env = { SQLITE_PATH, BUFFER_JOURNAL_PATH: 'other-journal', SERVICE_PORT: '0' };
      const { code, text } = await command(['serve'], env);
      expect(code).toBe(78);
      expect(text).toContain(`is in use by process ${first.pid} on host`);
    }
    expect((await new TestClient(first.url).health()).status).toBe('healthy');
  });

  it('may start when the first was killed', async () => {
    const first = await start();
    await first.kill();
    await start({ BUFFER_JOURNAL_PATH: 'other-journal' });
  });
});

describe('a command beside a running service', () => {
  it('reports the state of the schema, and may bring it up to date', async () => {
    const service = await start();
    for (const words of [['migrate', '--status'], ['migrate']]) {
      expect(await command(words)).toMatchObject({
        code: 0,
        text: expect.stringContaining('sqlite: the schema is up to date'),
      });
    }
    const client = new TestClient(service.url);
    const stored = await client.post('sessions/batch?ack=stored', session('s-1'));
    expect(await stored.json()).toMatchObject({ status: 'stored' });
  });
});
