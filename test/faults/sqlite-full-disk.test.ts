import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { TestClient } from '../support/http/client.js';
import { aSession, aTask } from '../support/http/http-app.js';
import { ServiceProcess } from '../support/processes/service-process.js';

/** A separate file system with this many MiB; null if none can be mounted. */
async function aDiskOf(mebibytes: number): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'ps-disk-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], {
      stdio: 'ignore',
    });
  } catch {
    return null;
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
  });
  return folder;
}

it('with a full disk of SQLite, writes are kept, stored records can be read, and every answer has the reason', async () => {
  const disk = await aDiskOf(4);
  if (disk === null) {
    console.warn('NOT TESTED: a full disk; no file system can be mounted here');
    return;
  }
  const cwd = await mkdtemp(join(tmpdir(), 'ps-full-'));
  const env = { SQLITE_PATH: join(disk, 'store.db'), LOGGING_LEVEL: 'warn' };
  const service = await ServiceProcess.start({ cwd, env });
  onTestFinished(async () => {
    await service.kill();
    await rm(cwd, { recursive: true, force: true });
  });
  const client = new TestClient(service.url);
  expect((await client.post('sessions/batch?ack=stored', { sessions: [aSession()] })).status).toBe(
    200,
  );
  await writeFile(join(disk, 'ballast'), Buffer.alloc(4 * 1024 * 1024)).catch(() => undefined);

  const many = (from: number) =>
    Array.from({ length: 500 }, (_, index) =>
      aTask(`t-${from + index}`, { source_text: 'sword '.repeat(200) }),
    );
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const answer = await client.post('tasks/batch?ack=stored', { tasks: many(0) });
    expect(answer.status).toBe(503);
    expect(((await answer.json()) as { detail: string }).detail).toContain('the disk is full');
  }
  expect((await client.post('tasks/batch', { tasks: many(500) })).status).toBe(200);
  expect(await client.total('sessions')).toBe(1);
  expect((await client.get('stats')).status).toBe(200);
  expect((await client.get('tasks/t-700')).status).toBe(200);
  const { status, problems } = await client.health();
  expect(status).toBe('degraded');
  expect(problems.join()).toContain('storage sqlite: it accepts no writes: ');
  expect(problems.join()).toContain('the disk is full');
  expect(service.output).toContain('the disk is full');

  await rm(join(disk, 'ballast'));
  await client.until('all is stored', async () => (await client.health()).buffer.pending === 0);
  expect(await client.total('tasks')).toBe(1000);
  expect(await client.health()).toMatchObject({ status: 'healthy', problems: [] });
});
