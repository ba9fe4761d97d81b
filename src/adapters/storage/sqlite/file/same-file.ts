import { statSync } from 'node:fs';
import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Maximum number of consecutive links, as in Linux. */
const LINKS = 40;

/** The file that a path leads to, with links resolved; null if there is none. About 4 µs. */
export function fileAt(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

/**
 * The canonical name of a file, with links resolved; its folder must exist, the file itself need
 * not.
 */
export async function nameOf(path: string): Promise<string> {
  let name = resolve(path);
  for (let links = 0; links < LINKS; links += 1) {
    name = join(await realpath(dirname(name)), basename(name));
    const found = await lstat(name).catch(() => null);
    if (found === null || !found.isSymbolicLink()) return name;
    name = resolve(dirname(name), await readlink(name));
  }
  throw Object.assign(new Error(`${path} is a link that leads to itself`), { code: 'ELOOP' });
}
