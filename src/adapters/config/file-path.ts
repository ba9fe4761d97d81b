import { z } from 'zod';

const EXPECTED = 'expected the path of a file, such as data/persistence.db';

/**
 * The path of a database file. SQLite accepts other forms (`:memory:`, `file:…`); this service does
 * not, because each means something else.
 */
export const filePath = (fallback: string) =>
  z
    .string('expected text')
    .superRefine((value, context) => {
      const message = problemOf(value);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .default(fallback);

/** Describes the problem and what to write instead; null if there is none. */
function problemOf(value: string): string | null {
  const path = value.trim();
  if (path === '') return EXPECTED;
  if (/^(file:)?:memory:|^file:.*[?&]mode=memory\b/i.test(path)) {
    return `${EXPECTED}: a database in memory is lost with the process`;
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

/** The path in an address, without its host, query and fragment. */
function pathIn(address: string): string {
  const path = address.replace(/^\/\/[^/]*/, '').replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
