import { COLLECTIONS } from '../src/domain/collections/list.js';

/**
 * Where collections and their fields may be named: where they are described, and where the API
 * presents them. Everything else uses the description, so that a collection is added in one place.
 */
export const MAY_NAME = ['domain/collections/', 'adapters/http/', 'cli/'];

/** Of every collection, so no name of one. */
const TIMES = ['created_at', 'updated_at'];

/** The same word with another meaning. */
const OTHER_MEANINGS: Readonly<Record<string, readonly string[]>> = {
  // The status of an HTTP answer.
  'adapters/metrics/prometheus-metrics.ts': ['status'],
  // Columns of information_schema.
  'adapters/storage/mysql/server-checks.ts': ['column_name'],
};

export const NAMES: readonly string[] = [
  ...new Set(
    COLLECTIONS.flatMap(({ name, key, fields }) => [
      name,
      key,
      ...fields.map((field) => field.name),
    ]),
  ),
].filter((name) => !TIMES.includes(name));

/** A name with an underscore is no other word; the others are looked for as literals. */
const PATTERNS = NAMES.map((name) => ({
  name,
  pattern: name.includes('_') ? new RegExp(`\\b${name}\\b`) : new RegExp(`['"\`]${name}['"\`]`),
}));
const IMPORT = /collections\/(?!family\.js|list\.js)[\w-]+\.js/;

/** The names in a file of src that it may not use, as `path:line names …`. `path` is relative to src. */
export function namesIn(path: string, text: string): readonly string[] {
  if (MAY_NAME.some((folder) => path.startsWith(folder))) return [];
  const allowed = OTHER_MEANINGS[path] ?? [];
  return withoutComments(text)
    .split('\n')
    .flatMap((line, index) => {
      const found = PATTERNS.filter(({ name, pattern }) => {
        return pattern.test(line) && !allowed.includes(name);
      }).map(({ name }) => name);
      if (IMPORT.test(line)) found.push('the description of one collection');
      return found.map((name) => `src/${path}:${index + 1} names ${name}`);
    });
}

/** Lines keep their numbers. */
function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/.*$/gm, '');
}
