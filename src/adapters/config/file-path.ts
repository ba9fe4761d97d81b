import { z } from 'zod';

const EXPECTED = 'expected the path of a file, such as data/persistence.db';

/** The path of a database file: SQLite takes more for one (`:memory:`, `file:…`), and each means something else here. */
export const filePath = (fallback: string) =>
  z
    .string('expected text')
    .superRefine((value, context) => {
      const message = problemOf(value);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .default(fallback);

/** What is wrong, and what to write instead; null when nothing is. */
function problemOf(value: string): string | null {
  const path = value.trim();
  if (path === '') return EXPECTED;
  if (/^(file:)?:memory:|^file:.*[?&]mode=memory\b/i.test(path)) {
    return `${EXPECTED}: what is in memory alone is gone with the process`;
  }
  // One letter before the colon is a drive.
  const [, address] = /^(?:file:|[a-z][a-z0-9+.-]+:\/\/)(.*)$/i.exec(path) ?? [];
  if (address !== undefined) {
    const meant = pathIn(address);
    return meant === '' ? EXPECTED : `expected a path, not an address: write "${meant}"`;
  }
  if (path !== value) return `expected a path without spaces around it: write "${path}"`;
  if (/[/\\]$/.test(path)) return `expected a file, not a folder: write "${path}persistence.db"`;
  return null;
}

/** The path that an address names, without its host, question and fragment. */
function pathIn(address: string): string {
  const path = address.replace(/^\/\/[^/]*/, '').replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
