// Compares the Chinese pages with the English ones, and the Chinese tables of fields with the
// descriptions of the collections.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldProblems } from './translations/fields.js';
import type { Pair } from './translations/pages.js';
import { problemsOf } from './translations/problems.js';

const ROOT = join(import.meta.dirname, '..');
const FIELDS = 'docs/zh-CN/fields.md';
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const pairs: readonly Pair[] = [
  { english: 'README.md', chinese: 'README.zh-CN.md' },
  ...readdirSync(join(ROOT, 'docs/zh-CN'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => ({ english: `docs/${name}`, chinese: `docs/zh-CN/${name}` })),
];
const problems = [
  ...problemsOf({ has: (path) => existsSync(join(ROOT, path)), read }, pairs),
  ...fieldProblems(FIELDS, read(FIELDS)),
];

for (const problem of problems) console.error(problem);
console.log(`translations: ${pairs.length} pages, problems: ${problems.length}`);
if (problems.length > 0) process.exitCode = 1;
