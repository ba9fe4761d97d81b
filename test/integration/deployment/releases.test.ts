import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeTarget, PROJECT } from '../../support/deployment/deployed.js';
import { aQuickCheckout } from '../../support/deployment/quick-checkout.js';
import { freePort } from '../../support/processes/free-port.js';

describe('a release of deploy.sh', () => {
  it('can be read by every user, whatever the umask of the checkout was', async () => {
    const { folder, target, deploy } = aQuickCheckout();
    execFileSync('chmod', ['-R', 'go=', ...readdirSync(folder).filter(isOwn)], { cwd: folder });
    expect(await deploy()).toMatchObject({ code: 0 });
    const release = join(target, 'current');
    const names = readdirSync(release, { recursive: true, encoding: 'utf8' });
    expect(names).toContain('scripts/lib/target.sh');
    const unreadable = names.filter((name) => {
      const entry = statSync(join(release, name));
      const needed = entry.isDirectory() || name === 'scripts/start.sh' ? 0o055 : 0o044;
      return (entry.mode & needed) !== needed;
    });
    expect(unreadable).toEqual([]);
  });
});

describe('deploy.sh --rollback', () => {
  /** A target that may return to a release with the code of this checkout. */
  async function aRollback(settings: Readonly<Record<string, string>>) {
    const deployed = await makeTarget(settings);
    onTestFinished(deployed.dispose);
    for (const name of ['earlier', 'newest']) {
      const release = join(deployed.target, 'releases', name);
      mkdirSync(release, { recursive: true });
      symlinkSync(join(PROJECT, 'dist'), join(release, 'dist'));
    }
    symlinkSync('releases/newest', join(deployed.target, 'current'));
    symlinkSync('releases/earlier', join(deployed.target, 'previous'));
    const { code, stdout, stderr } = await deployed.run('deploy.sh', '--rollback');
    const current = readlinkSync(join(deployed.target, 'current'));
    return { code, output: stdout + stderr, current };
  }

  it('keeps the failure of a store that cannot be reached, without a word of a backup', async () => {
    const { code, output, current } = await aRollback({
      STORAGE_BACKEND: 'mysql',
      DATABASE_HOST: '127.0.0.1',
      DATABASE_PORT: String(await freePort()),
    });
    expect([code, current]).toEqual([1, 'releases/newest']);
    expect(output).toContain('ECONNREFUSED');
    expect(output).not.toContain('backup');
  });

  it('keeps the failure of settings that are not valid', async () => {
    const { code, output, current } = await aRollback({ STORAGE_BACKEND: 'paper' });
    expect([code, current]).toEqual([78, 'releases/newest']);
    expect(output).toContain('storage.backend');
    expect(output).not.toContain('backup');
  });

  it('says that migrations of the other release are missing, without a word of a backup', async () => {
    const { code, output, current } = await aRollback({});
    expect([code, current]).toEqual([1, 'releases/newest']);
    expect(output).toContain('migrations');
    expect(output).not.toContain('backup');
  });
});

/** The packages are those of this project. */
const isOwn = (name: string) => name !== 'node_modules';
