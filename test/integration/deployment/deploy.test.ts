import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTarget, PROJECT } from '../../support/deployment/deployed.js';
import { runCommand } from '../../support/mysql-servers/command.js';
import { olderMigrations } from '../../support/stores/older-migrations.js';

const INSTALL_TIMEOUT = 900_000;
const EARLIER = 'earlier';

let deployed: Awaited<ReturnType<typeof makeTarget>>;
let release: string;

const path = (...names: string[]) => join(deployed.target, ...names);
const linked = (name: string) =>
  existsSync(path(name)) ? basename(readlinkSync(path(name))) : null;

/** A release left by an earlier deploy, with the code of this checkout. */
function makeEarlierRelease(): void {
  mkdirSync(path('releases', EARLIER), { recursive: true });
  for (const name of ['dist', 'migrations', 'package.json']) {
    cpSync(join(PROJECT, name), path('releases', EARLIER, name), { recursive: true });
  }
  symlinkSync(join(PROJECT, 'node_modules'), path('releases', EARLIER, 'node_modules'));
  symlinkSync(join('releases', EARLIER), path('current'));
}

// One deploy for all tests, which continue from one another: each would install, and on Node 20
// compile, for a minute or two.
describe('deploy.sh', () => {
  beforeAll(async () => {
    deployed = await makeTarget();
    makeEarlierRelease();
    const { code, stderr } = await deployed.run('deploy.sh');
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    release = linked('current') ?? '';
  }, INSTALL_TIMEOUT);
  afterAll(() => deployed?.dispose());

  it('makes a release without the files that only a build needs, and keeps the previous one', () => {
    expect(release).toMatch(/^1\.0\.0-[0-9a-f]{12}$/);
    expect(linked('previous')).toBe(EARLIER);
    const names = readdirSync(path('current'));
    expect(names).toEqual(
      expect.arrayContaining(['dist', 'migrations', 'node_modules', 'scripts']),
    );
    expect(names).not.toContain('src');
    expect(existsSync(path('current', 'node_modules', 'typescript'))).toBe(false);
  });

  it('has created the tables, and the release starts and stops with its own scripts', async () => {
    expect(existsSync(path('data', 'persistence.db'))).toBe(true);
    const own = (script: string) =>
      runCommand([path('current', 'scripts', script)], { timeoutMs: 60_000 });
    expect(await own('start.sh')).toMatchObject({ code: 0 });
    expect((await fetch(`${deployed.url}/health`)).status).toBe(200);
    expect((await fetch(`${deployed.url}/docs`)).status).toBe(200);
    expect(await own('stop.sh')).toMatchObject({ code: 0 });
  });

  it('changes nothing when there is nothing new', async () => {
    const { code, stdout } = await deployed.run('deploy.sh');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`current is ${release} already`)]);
    expect([linked('current'), linked('previous')]).toEqual([release, EARLIER]);
  });

  it('returns to the previous release, once', async () => {
    expect(await deployed.run('deploy.sh', '--rollback')).toMatchObject({ code: 0 });
    expect([linked('current'), linked('previous')]).toEqual([EARLIER, null]);
    const again = await deployed.run('deploy.sh', '--rollback');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('no previous release')]);
    expect(linked('current')).toBe(EARLIER);
  });

  it('goes forward again without another build', async () => {
    const { code, stdout } = await deployed.run('deploy.sh');
    expect([code, stdout]).toEqual([0, expect.stringContaining('is built already')]);
    expect([linked('current'), linked('previous')]).toEqual([release, EARLIER]);
  });

  it('does not return to a release that cannot read the tables', async () => {
    const older = await olderMigrations('sqlite', 1);
    rmSync(path('releases', EARLIER, 'migrations', 'sqlite'), { recursive: true });
    cpSync(older.folder, path('releases', EARLIER, 'migrations', 'sqlite'), { recursive: true });
    await older.remove();
    const { code, stderr, stdout } = await deployed.run('deploy.sh', '--rollback');
    expect([code, stderr]).toEqual([78, expect.stringContaining('does not fit earlier')]);
    expect(stdout).toContain('newer than this version');
    expect([linked('current'), linked('previous')]).toEqual([release, EARLIER]);
  });

  it('changes nothing if the stores cannot be migrated', async () => {
    await deployed.run('deploy.sh', '--rollback', '--no-migrate');
    expect(linked('current')).toBe(EARLIER);
    appendFileSync(path('service.env'), 'STORAGE_BACKEND=paper\n');
    const { code, stderr } = await deployed.run('deploy.sh');
    expect([code, stderr]).toEqual([78, expect.stringContaining('storage.backend')]);
    expect(linked('current')).toBe(EARLIER);
  });
});
