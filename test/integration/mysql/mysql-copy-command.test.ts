import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { aSession, aTask } from '../../support/http/http-app.js';
import {
  describeOnMysqlServers,
  freshDatabase,
} from '../../support/mysql-servers/mysql-servers.js';
import type { MysqlServer } from '../../support/mysql-servers/provided.js';
import { commandProcess } from '../../support/processes/command-line.js';
import { ask, mysqlEnv, told } from '../../support/processes/mysql-service.js';
import { programUnderTest, ServiceProcess } from '../../support/processes/service-process.js';

const WORDS = ['copy', '--from', 'sqlite', '--to', 'mysql'];

/** A folder with an SQLite store, and an empty database. */
async function aMove(server: MysqlServer) {
  const cwd = await mkdtemp(join(tmpdir(), 'ps-copy-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const database = await freshDatabase(server);
  onTestFinished(() => database.drop());
  const { STORAGE_BACKEND: _, ...address } = mysqlEnv(database.url);
  // Otherwise a warning that the server offers no encryption is on standard error.
  const env = { ...address, DATABASE_TLS: '{"mode":"disabled"}' };
  const start = async (
    backend: 'sqlite' | 'mysql',
    more: Readonly<Record<string, string>> = {},
  ) => {
    const service = await ServiceProcess.start({
      cwd,
      env: { ...env, STORAGE_BACKEND: backend, ...more },
    });
    onTestFinished(() => service.kill());
    return service;
  };
  const run = (...words: readonly string[]) => commandProcess([...WORDS, ...words], { cwd, env });
  return { cwd, env, start, run };
}

const tasks = (from: number, count: number, fields: Parameters<typeof aTask>[1] = {}) =>
  Array.from({ length: count }, (_, index) => aTask(`t-${from + index}`, fields));

describeOnMysqlServers('the command copy', (server) => {
  it('moves a running installation, with its journal', async () => {
    const { start, run } = await aMove(server);
    const before = await start('sqlite');
    await told(before, 'POST', 'sessions/batch', { sessions: [aSession('s-1'), aSession('s-2')] });
    await told(before, 'POST', 'tasks/batch', { tasks: tasks(0, 300, { target_text: '🗡\n' }) });
    const orphan = aTask('orphan', { session_id: 'nobody' });
    await told(before, 'POST', 'tasks/batch?ack=stored', { tasks: [orphan] });
    const first = await run('--json');
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(JSON.parse(first.stdout)).toMatchObject({
      outcome: 'equal',
      collections: { translation_tasks: { source: 300, target: 300, written: 300 } },
      quarantine: { source: 1, target: 1 },
    });

    await told(before, 'DELETE', 'sessions/s-2');
    await told(before, 'POST', 'tasks/batch?ack=stored', { tasks: tasks(290, 20) });
    const session = await told(before, 'GET', 'sessions/s-1');
    expect(await before.stop()).toBe(0);
    const second = await run();
    expect(second.code).toBe(0);
    expect(second.stdout).toMatch(/translation_tasks +310 +310 {2}20 copied\n/);
    expect(second.stdout).toMatch(/\nsqlite and mysql are equal\.\n$/);
    expect(second.stderr).toMatch(/^Copying: 311 records in .*\nComparing: 311 records in .*\n$/);

    const after = await start('mysql');
    expect(await told(after, 'GET', 'sessions/s-1')).toEqual(session);
    expect((await ask(after, 'GET', 'sessions/s-2')).status).toBe(404);
    expect(await told(after, 'GET', 'quarantine')).toMatchObject({ total: 1 });
    expect(await told(after, 'GET', 'sessions/s-1/tasks?fresh=true')).toMatchObject({ total: 310 });
  });

  it('leaves what a killed service had not stored to its journal', async () => {
    const { start, run } = await aMove(server);
    const before = await start('sqlite', { BUFFER_FLUSH_INTERVAL: '3600' });
    await told(before, 'POST', 'sessions/batch?ack=stored', { sessions: [aSession('s-1')] });
    await told(before, 'POST', 'tasks/batch', { tasks: tasks(0, 3) });
    await before.kill();
    expect((await run()).code).toBe(0);
    const after = await start('mysql');
    expect(await told(after, 'GET', 'sessions/s-1/tasks?fresh=true')).toMatchObject({ total: 3 });
  });

  it('goes on after it was killed', async () => {
    const { start, run, cwd, env } = await aMove(server);
    const service = await start('sqlite');
    await told(service, 'POST', 'sessions/batch', { sessions: [aSession('s-1')] });
    for (let from = 0; from < 6000; from += 2000)
      await told(service, 'POST', 'tasks/batch', { tasks: tasks(from, 2000) });
    await told(service, 'POST', 'flush');
    // A migration that is killed goes on too, but only when its lease has expired.
    const target = { cwd, env: { ...env, STORAGE_BACKEND: 'mysql' } };
    expect(await commandProcess(['migrate'], target)).toMatchObject({ code: 0 });
    for (const milliseconds of [400, 600, 800]) {
      const child = spawn(process.execPath, [programUnderTest(), ...WORDS], {
        cwd,
        env: { PATH: process.env.PATH ?? '', ...env },
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      const kill = setTimeout(() => child.kill('SIGKILL'), milliseconds);
      await ended;
      clearTimeout(kill);
    }
    const { code, stdout } = await run('--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { outcome: 'equal', collections: { translation_tasks: { source: 6000, target: 6000 } } },
    ]);
  });

  it('refuses an empty source', async () => {
    const { start, run } = await aMove(server);
    const service = await start('sqlite');
    await service.stop();
    const empty = await run();
    expect(empty.code).toBe(78);
    expect(empty.stderr).toContain('The store sqlite is empty');
  });

  it('migrates no schema if the configuration forbids it', async () => {
    const { start, run } = await aMove(server);
    const service = await start('sqlite');
    await told(service, 'POST', 'sessions/batch?ack=stored', { sessions: [aSession('s-1')] });
    const old = await run('--storage.migrate_on_start', 'false');
    expect(old.code).toBe(78);
    expect(old.stderr).toContain('migrations are missing');
  });
});
