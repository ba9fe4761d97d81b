import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache');
/** Milliseconds for which a folder is kept that no run has used since. */
const UNUSED = 86_400_000;

/**
 * A folder that is made once and used by later runs, until a day passes without one. `kind` is the
 * folder of the cache, `name` says of what it was made. Several processes may ask at a time.
 */
export async function cachedFolder(
  kind: string,
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const all = join(CACHE, kind);
  const place = join(all, name);
  if (isThere(place)) return place;
  const making = `${place}.${randomBytes(4).toString('hex')}`;
  mkdirSync(making, { recursive: true });
  await make(making);
  removeUnused(all);
  // Another process may have made the same.
  if (isThere(place)) rmSync(making, { recursive: true });
  else renameSync(making, place);
  return place;
}

/** Marks it as used. */
function isThere(place: string): boolean {
  try {
    const now = new Date();
    utimesSync(place, now, now);
    return true;
  } catch {
    return false;
  }
}

function removeUnused(all: string): void {
  for (const name of readdirSync(all)) {
    const place = join(all, name);
    if (Date.now() - statSync(place).mtimeMs > UNUSED) rmSync(place, { recursive: true });
  }
}
