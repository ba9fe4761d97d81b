import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MAY_NAME, NAMES, namesIn } from './names.js';

const SRC = join(import.meta.dirname, '..', 'src');
const problems = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .flatMap((file) => namesIn(relative(SRC, file), readFileSync(file, 'utf8')));

for (const problem of problems) console.error(problem);
console.log(`names: ${NAMES.length} of collections and fields, violations: ${problems.length}`);
if (problems.length > 0) {
  console.error(
    `Only ${MAY_NAME.join(', ')} may name them. Use the description of the collection.`,
  );
  process.exitCode = 1;
}
