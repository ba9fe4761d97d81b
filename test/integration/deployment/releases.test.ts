import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
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

describe('an old release', () => {
  it('is whole or no release, also when its removal is interrupted', async () => {
    const { target, addProgram, removeProgram, deploy, releases } = aQuickCheckout();
    const old = Array.from({ length: 5 }, (_, index) => `1.0.0-${index}`);
    for (const name of old) {
      mkdirSync(join(target, 'releases', name, 'dist'), { recursive: true });
      mkdirSync(join(target, 'releases', name, 'scripts'));
    }
    addProgram('rm', DIES_HALF_WAY);
    expect(await deploy()).toMatchObject({ code: 'SIGKILL' });
    const left = releases().filter((name) => !name.startsWith('.'));
    expect(left.filter((name) => !existsSync(join(target, 'releases', name, 'dist')))).toEqual([]);
    // Nothing is hidden that was not begun.
    expect(releases().filter((name) => name.startsWith('.'))).toHaveLength(1);
    removeProgram('rm');
    expect(await deploy()).toMatchObject({ code: 0 });
    expect(releases().filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

/** Removes half of an old release, and kills deploy.sh. */
const DIES_HALF_WAY = `#!/bin/sh
case "$2" in
  */1.0.0-[0-9]/|*/.removing-1.0.0-[0-9]) /bin/rm -rf "$2/dist"; kill -9 $PPID ;;
  *) exec /bin/rm "$@" ;;
esac
`;

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
