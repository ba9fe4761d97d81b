import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeWithPrograms, pathOf } from '../../support/deployment/debian-programs.js';
import { aDeployedTarget, type Deployed, PROJECT } from '../../support/deployment/deployed.js';
import { runCommand } from '../../support/mysql-servers/command.js';

const pidFile = ({ target }: Deployed) => join(target, 'run', 'service.pid');
const pidOf = (deployed: Deployed) => Number(readFileSync(pidFile(deployed), 'utf8'));
const log = ({ target }: Deployed) => readFileSync(join(target, 'logs', 'service.log'), 'utf8');
/** Root may read every file, whatever its mode, unless it has lost the privilege. */
const WITHOUT_PRIVILEGES = [
  'setpriv',
  ...(process.getuid?.() === 0 ? ['--bounding-set=-dac_override,-dac_read_search'] : []),
] as const;
const isAlive = (pid: number) => existsSync(`/proc/${pid}/cwd`);

async function started(settings?: Readonly<Record<string, string>>): Promise<Deployed> {
  const deployed = await aDeployedTarget(settings);
  expect(await deployed.run('start.sh')).toMatchObject({ code: 0 });
  return deployed;
}

describe('start.sh', () => {
  it('returns when the service is ready, which then continues', async () => {
    const service = await started();
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    expect(isAlive(pidOf(service))).toBe(true);
    expect(log(service)).toContain(`Listening on ${service.url}`);
    expect(readdirSync(service.target)).toContain('data');
  });

  it('keeps its output, and its process id, only for the user, whatever the umask', async () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const service = await started();
    for (const name of ['logs', 'logs/service.log', 'run', 'run/service.pid']) {
      const mode = statSync(join(service.target, name)).mode & 0o777;
      expect([name, (mode & 0o077).toString(8)]).toEqual([name, '0']);
    }
  });

  it('does not touch a running service, and reports it', async () => {
    const service = await started();
    const pid = pidOf(service);
    const again = await service.run('start.sh');
    expect([again.code, pidOf(service)]).toEqual([0, pid]);
    expect(again.stdout).toContain(`already running: process ${pid}`);
  });

  it('starts one service if it is called twice at once', async () => {
    const service = await aDeployedTarget();
    const calls = await Promise.all([service.run('start.sh'), service.run('start.sh')]);
    expect(calls.map(({ code }) => code)).toEqual([0, 0]);
    expect(log(service).match(/Listening on/g)).toHaveLength(1);
  });

  it('ignores the file of a process that has ended, or whose id was reused', async () => {
    const service = await started();
    await service.run('stop.sh');
    writeFileSync(pidFile(service), `${process.pid}\n`);
    expect(await service.run('start.sh')).toMatchObject({ code: 0 });
    expect(pidOf(service)).not.toBe(process.pid);
  });

  it('reports an invalid configuration, with exit code 78', async () => {
    const service = await aDeployedTarget({ BUFFER_FLUSH_INTERVAL: 'soon' });
    const { code, stderr } = await service.run('start.sh');
    expect([code, stderr]).toEqual([78, expect.stringContaining('buffer.flush_interval')]);
    expect(existsSync(pidFile(service))).toBe(false);
  });

  it('does not start with the defaults if service.env leads nowhere, and stop.sh still works', async () => {
    const service = await aDeployedTarget();
    const settings = join(service.target, 'service.env');
    rmSync(settings);
    symlinkSync('not-there', settings);
    const { code, stderr } = await service.run('start.sh');
    expect([code, stderr]).toEqual([78, expect.stringContaining(`${settings} cannot be read by`)]);
    expect(existsSync(pidFile(service))).toBe(false);
    expect(await service.run('stop.sh')).toMatchObject({ code: 0 });
  });

  it('does not start with the defaults if its user may not read service.env', async () => {
    const service = await aDeployedTarget();
    const settings = join(service.target, 'service.env');
    chmodSync(settings, 0);
    const { code, stderr } = await runCommand(
      [...WITHOUT_PRIVILEGES, join(PROJECT, 'scripts', 'start.sh'), service.target],
      { timeoutMs: 60_000 },
    );
    expect([code, stderr]).toEqual([78, expect.stringContaining(`${settings} cannot be read by`)]);
    expect(existsSync(pidFile(service))).toBe(false);
  });

  it('does not mistake the answer of another program for that of the service', async () => {
    const service = await aDeployedTarget();
    const other = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => {
      other.listen(Number(new URL(service.url).port), '127.0.0.1', resolve);
    });
    onTestFinished(() => void other.close());
    const { code, stderr } = await service.run('start.sh');
    expect([code, stderr]).toEqual([1, expect.stringContaining('is in use by another program')]);
    expect(existsSync(pidFile(service))).toBe(false);
  });

  it('shows the last output of a service that ends, and leaves no file of it', async () => {
    const service = await aDeployedTarget();
    writeFileSync(join(service.target, 'data'), 'a file where a folder should be');
    const { code, stderr } = await service.run('start.sh');
    expect(code).not.toBe(0);
    expect(stderr).toContain('the service ended; its last output is above');
    expect(stderr).toMatch(/ENOTDIR|EEXIST/);
    expect(existsSync(pidFile(service))).toBe(false);
  });
});

describe('stop.sh', () => {
  it('waits for the graceful end, and is harmless a second time', async () => {
    const service = await started();
    const pid = pidOf(service);
    expect(await service.run('stop.sh')).toMatchObject({ code: 0 });
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(pidFile(service))).toBe(false);
    expect(log(service)).toContain('Everything accepted is stored');
    expect(await service.run('stop.sh')).toMatchObject({ code: 0, stdout: 'not running\n' });
  });

  it('touches only the process of the service', async () => {
    const service = await started();
    await service.run('stop.sh');
    writeFileSync(pidFile(service), `${process.pid}\n`);
    expect(await service.run('stop.sh')).toMatchObject({ code: 0, stdout: 'not running\n' });
  });

  it('leaves a service running that does not end, and sends no second signal when called again', async () => {
    const service = await started();
    const pid = pidOf(service);
    process.kill(pid, 'SIGSTOP');
    const first = await service.run('stop.sh', '--wait', '0');
    expect([first.code, first.stderr]).toEqual([1, expect.stringContaining('still runs')]);
    const second = await service.run('stop.sh', '--wait', '0');
    expect(second.stdout).toContain('is being stopped already');
    expect((await service.run('start.sh')).stderr).toContain('is being stopped');
    process.kill(pid, 'SIGCONT');
    expect(await service.run('stop.sh')).toMatchObject({ code: 0 });
    // A second SIGTERM would have ended it before this.
    expect(log(service)).toContain('Everything accepted is stored');
  });

  it('kills only when it is told to, and reports it', async () => {
    const service = await started();
    const pid = pidOf(service);
    process.kill(pid, 'SIGSTOP');
    const { code, stderr } = await service.run('stop.sh', '--wait', '0', '--kill');
    expect([code, stderr]).toEqual([1, expect.stringContaining('KILLING')]);
    // A killed process loses its command line, by which stop.sh knows it, shortly before the rest.
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(await service.run('start.sh')).toMatchObject({ code: 0 });
  });
});

describeWithPrograms('shellcheck', ['shellcheck'], () => {
  it('has no findings in the scripts', () => {
    const folder = join(PROJECT, 'scripts');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const scripts = names.filter((name) => name.endsWith('.sh')).sort();
    expect(scripts).toEqual([
      'deploy.sh',
      'lib/target.sh',
      'other-nodes.sh',
      'start.sh',
      'stop.sh',
    ]);
    const run = () => execFileSync(pathOf('shellcheck'), ['-x', ...scripts], { cwd: folder });
    expect(run().toString()).toBe('');
  });
});
