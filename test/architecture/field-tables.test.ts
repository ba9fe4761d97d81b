import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withTables } from '../../scripts/fields/tables.js';
import { COLLECTIONS } from '../../src/domain/collections/list.js';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const page = readFileSync(join(docs, 'fields.md'), 'utf8');

describe('npm run fields', () => {
  it('leaves the current page as it is', () => {
    expect(withTables(page)).toBe(page);
  });

  it('restores a row that was changed, and one that is missing', () => {
    expect(withTables(page.replace('Milliseconds of work', 'Seconds of work'))).toBe(page);
    expect(withTables(page.replace(/^\| `target_text`.*\n/m, ''))).toBe(page);
  });

  it('names the marker that a page lacks', () => {
    const marker = '<!-- fields of tasks -->';
    expect(() => withTables(page.replace(marker, ''))).toThrow(marker);
  });
});

describe('the page of limits', () => {
  const rows = readFileSync(join(docs, 'limits.md'), 'utf8').split('\n');
  const limited = COLLECTIONS.flatMap(({ key, keyMaxLength, fields }) => [
    { name: key, limit: keyMaxLength },
    ...fields.flatMap(({ name, kind, maxLength = 0 }) =>
      kind === 'id' || kind === 'string' ? [{ name, limit: maxLength }] : [],
    ),
  ]);

  it.each(limited)('has the $limit characters of $name', ({ name, limit }) => {
    const row = rows.find((line) => line.includes(`\`${name}\``));
    expect(row).toMatch(new RegExp(`\\b${limit}\\b`));
  });
});
