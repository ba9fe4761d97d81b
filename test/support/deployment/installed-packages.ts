import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const PROJECT = join(import.meta.dirname, '..', '..', '..');

/**
 * The PATH with an `npm` whose `ci` takes the packages that this checkout has installed from the same
 * lock file, instead of unpacking all of them again, which takes half a minute of processor time.
 * Everything else is npm. `docker.test.ts` runs the real `npm ci`.
 */
export function installedPackages(): { readonly path: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'ps-npm-'));
  const real = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
  const npm = join(folder, 'npm');
  writeFileSync(
    npm,
    `#!/bin/sh
set -e
project='${PROJECT}'
if [ "$1" = ci ] && cmp -s package-lock.json "$project/package-lock.json"; then
  rm -rf node_modules
  # Links, unless it is another file system.
  cp -al "$project/node_modules" node_modules 2>/dev/null || { rm -rf node_modules; cp -a "$project/node_modules" node_modules; }
  rm -rf node_modules/.cache
  exit 0
fi
exec '${real}' "$@"
`,
  );
  chmodSync(npm, 0o755);
  return {
    path: `${folder}${delimiter}${process.env.PATH ?? ''}`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
