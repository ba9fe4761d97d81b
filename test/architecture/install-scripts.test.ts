import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copiesOf, readStages } from '../support/deployment/dockerfile.js';

const root = join(import.meta.dirname, '..', '..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const { scripts, allowScripts } = JSON.parse(read('package.json'));
const { packages } = JSON.parse(read('package-lock.json')) as {
  packages: Readonly<Record<string, { hasInstallScript?: boolean; resolved?: string }>>;
};

/** Why each works without its script. Review another one before listing it. */
const WITH_SCRIPTS: Readonly<Record<string, string>> = {
  'better-sqlite3': 'compiles; scripts/compile-driver.mjs does it where it is needed',
  esbuild: 'only saves the start of a process',
  '@scarf/scarf': 'reports the install to its maker',
  'vue-demi': 'chooses Vue 2 or 3; as it comes it is for 3',
  fsevents: 'only on macOS, and brings its binary along',
};

describe('an install', () => {
  it('runs no script of a package, with any version of npm', () => {
    expect(read('.npmrc').split('\n')).toContain('ignore-scripts=true');
  });

  it('has no package with an unreviewed script', () => {
    const names = Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect(names.filter((name) => WITH_SCRIPTS[name] === undefined)).toEqual([]);
    expect(names).toContain('better-sqlite3');
  });

  it('may only run that of better-sqlite3 if scripts are enabled', () => {
    expect(allowScripts).toEqual({ 'better-sqlite3': true });
  });

  it('uses the configured registry of the machine', () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  it('is the same in the image and in a release: .npmrc is included', () => {
    const [build = []] = readStages('deployment/Dockerfile');
    expect(copiesOf(build)[0]?.sources).toContain('.npmrc');
    expect(read('scripts/deploy.sh')).toMatch(/^SOURCES=\([^)]*\.npmrc/m);
  });
});

describe('the scripts of package.json', () => {
  it('have no pre and post scripts, which npm would skip with ignore-scripts', () => {
    const names = Object.keys(scripts);
    const hooks = names.filter((name) => {
      const [, of = ''] = /^(?:pre|post)(.+)$/.exec(name) ?? [];
      return names.includes(of) || ['install', 'pack', 'publish', 'version'].includes(of);
    });
    expect([...hooks, ...names.filter((name) => name === 'prepare')]).toEqual([]);
  });
});
