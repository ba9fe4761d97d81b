import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aSession, BASE } from '../../support/http/http-app.js';
import { freePort } from '../../support/processes/free-port.js';
import { ServiceProcess } from '../../support/processes/service-process.js';

const WARNING = /still holds records of translation_sessions/;

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ps-left-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function started(cwd: string, env: Readonly<Record<string, string>>) {
  const service = await ServiceProcess.start({ cwd, env });
  onTestFinished(() => service.kill());
  return service;
}

/** A MySQL address where nothing listens: the service starts anyway. */
const onMysql = async () => ({
  STORAGE_BACKEND: 'mysql',
  DATABASE_HOST: '127.0.0.1',
  DATABASE_PORT: String(await freePort()),
});

/** A folder in which a service on SQLite has stored a session. */
async function aFolderWithRecords(): Promise<string> {
  const cwd = aFolder();
  const service = await started(cwd, {});
  await fetch(`${service.url}${BASE}/sessions/batch?ack=stored`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sessions: [aSession()] }),
  });
  expect(await service.stop()).toBe(0);
  expect(service.output).not.toMatch(WARNING);
  return cwd;
}

describe('a service that was switched from SQLite to MySQL', () => {
  it('warns at start that the file still holds records, and names the document that describes how to move them', async () => {
    const cwd = await aFolderWithRecords();
    const { output } = await started(cwd, await onMysql());
    const line = output.split('\n').find((each) => WARNING.test(each)) ?? '';
    expect(line).toContain(join(cwd, 'data', 'persistence.db'));
    expect(line).toContain('From SQLite to MySQL');
    expect(line).toContain('docs/operations.md');
  });

  it('warns only about the collection that was switched', async () => {
    const cwd = await aFolderWithRecords();
    const env = { ...(await onMysql()), STORAGE_BACKEND: 'sqlite' };
    const tasks = await started(cwd, { ...env, STORAGE_ROUTES: 'translation_tasks=mysql' });
    expect(tasks.output).not.toMatch(WARNING);
    await tasks.kill();
    const sessions = await started(cwd, { ...env, STORAGE_ROUTES: 'translation_sessions=mysql' });
    expect(sessions.output).toMatch(WARNING);
  });

  it('does not warn if there is no file, and creates none', async () => {
    const cwd = aFolder();
    const { output } = await started(cwd, await onMysql());
    expect(output).not.toMatch(WARNING);
    expect(existsSync(join(cwd, 'data', 'persistence.db'))).toBe(false);
  });
});
