import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aQuickCheckout } from '../../support/deployment/quick-checkout.js';

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

/** The packages are those of this project. */
const isOwn = (name: string) => name !== 'node_modules';
