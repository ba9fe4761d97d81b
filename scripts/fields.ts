// Writes the tables of fields in docs/fields.md. With --check it only says whether they are stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from './fields/tables.js';

const PAGE = 'docs/fields.md';

const page = readFileSync(PAGE, 'utf8');
const current = withTables(page);
if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, current);
  console.log(`fields: the tables of ${PAGE} are up to date; review the diff`);
} else if (page === current) {
  console.log(`fields: the tables of ${PAGE} are up to date`);
} else {
  console.error(`fields: the tables of ${PAGE} are stale; run "npm run fields"`);
  process.exitCode = 1;
}
