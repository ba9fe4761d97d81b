import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeWithPrograms } from '../../support/deployment/debian-programs.js';
import { aSession, BASE } from '../../support/http/http-app.js';
import { freePort } from '../../support/processes/free-port.js';
import { programUnderTest } from '../../support/processes/service-process.js';

/** All files and folders below a folder, with their modes. */
function modesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    names.map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]),
  );
}

/** Runs `main.js` in an empty folder, with umask 0. */
function withoutUmask(words: readonly string[], env: Record<string, string> = {}) {
  const cwd = mkdtempSync(join(tmpdir(), 'ps-modes-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const child = execFile(
    'bash',
    ['-c', 'umask 000; exec "$@"', 'bash', process.execPath, programUnderTest(), ...words],
    { cwd, env: { PATH: process.env.PATH ?? '', ...env } },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { cwd, child, ended };
}

function expectPrivate(folder: string, names: readonly string[]): void {
  const modes = modesIn(folder);
  expect(Object.keys(modes)).toEqual(expect.arrayContaining([...names]));
  const open = Object.entries(modes).filter(([, mode]) => !['600', '700'].includes(mode));
  expect(open).toEqual([]);
}

describeWithPrograms('whatever the umask,', ['bash'], () => {
  describe('the files of a service', () => {
    it('are only for its user, while it runs and afterwards', async () => {
      const port = String(await freePort());
      const { cwd, child, ended } = withoutUmask(['serve'], {
        SERVICE_PORT: port,
        LOGGING_FILE: 'logs/service.log',
      });
      const url = `http://127.0.0.1:${port}${BASE}`;
      await expect
        .poll(
          () =>
            fetch(`${url}/stats`).then(
              ({ ok }) => ok,
              () => false,
            ),
          { timeout: 30_000 },
        )
        .toBe(true);
      const stored = await fetch(`${url}/sessions/batch?ack=stored`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sessions: [aSession()] }),
      });
      expect(stored.status).toBe(200);
      const made = ['data', 'data/persistence.db', 'data/journal', 'data/journal/lock'];
      expectPrivate(cwd, [
        ...made,
        ...['data/persistence.db-wal', 'data/persistence.db-shm', 'data/persistence.db.lock'],
        ...['data/journal/checkpoint', 'data/journal/reserve', 'logs', 'logs/service.1.log'],
      ]);
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      expectPrivate(cwd, made);
    });
  });

  describe('the files of a command', () => {
    it('are only for its user', async () => {
      const { cwd, ended } = withoutUmask(['migrate']);
      expect(await ended).toBe(0);
      expectPrivate(cwd, ['data', 'data/persistence.db']);
    });
  });
});
