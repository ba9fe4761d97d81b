import { type Explanation, explain } from '../../src/domain/collections/explain.js';
import { COLLECTIONS } from '../../src/domain/collections/list.js';

/**
 * The page with the table of each collection between its markers, `<!-- fields of sessions -->` and
 * `<!-- end of fields -->`. Throws if the page lacks a marker.
 */
export function withTables(page: string): string {
  return COLLECTIONS.reduce((text, collection) => {
    const begin = `<!-- fields of ${collection.plural} -->\n`;
    const start = text.indexOf(begin);
    const end = text.indexOf('<!-- end of fields -->', start);
    if (start === -1 || end === -1) throw new Error(`the page has no table after ${begin.trim()}`);
    const table = tableOf(explain(collection));
    return `${text.slice(0, start)}${begin}${table}${text.slice(end)}`;
  }, page);
}

function tableOf(fields: readonly Explanation[]): string {
  const rows = fields.map(({ name, meaning, limits, omitted }) =>
    [`\`${name}\``, meaning, limits, omitted === '' ? 'Set by the service.' : omitted].join(' | '),
  );
  const head = '| field | meaning | limits | if a write omits it |\n|---|---|---|---|\n';
  return head + rows.map((row) => `| ${row} |\n`).join('');
}
