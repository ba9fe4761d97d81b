import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';

const MODULES = join(import.meta.dirname, '..', '..', '..', 'node_modules');
const DRIVER = join(MODULES, 'better-sqlite3');
const BINARY = join('build', 'Release', 'better_sqlite3.node');

/**
 * Settings with which an install of better-sqlite3 takes what this checkout has compiled, instead of
 * compiling it again for a minute: prebuild-install, which it runs first, looks there. Empty where
 * nothing was compiled, as on Node 22 and 24.
 */
export function prebuiltDriver(): Readonly<Record<string, string>> {
  if (!existsSync(join(DRIVER, BINARY))) return {};
  const { version } = JSON.parse(readFileSync(join(DRIVER, 'package.json'), 'utf8')) as {
    version: string;
  };
  const { modules } = process.versions;
  const name = `better-sqlite3-v${version}-node-v${modules}-${process.platform}-${process.arch}.tar.gz`;
  const folder = join(MODULES, '.cache', 'prebuilt-driver');
  mkdirSync(folder, { recursive: true });
  // Whole or not there, should two test files make it at a time.
  const making = join(folder, `.${process.pid}-${name}`);
  execFileSync('tar', ['-czf', making, '-C', DRIVER, BINARY]);
  renameSync(making, join(folder, name));
  return { npm_config_better_sqlite3_local_prebuilds: folder };
}
