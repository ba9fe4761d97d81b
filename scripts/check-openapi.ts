import { existsSync, readFileSync } from 'node:fs';
import { lintProblems } from './openapi/lint.js';
import { difference, SAVED_COPY } from './openapi/saved-copy.js';
import { servedDocument } from './openapi/served.js';

const document = await servedDocument();
const problems = await lintProblems(document);
const stale = difference(existsSync(SAVED_COPY) ? readFileSync(SAVED_COPY, 'utf8') : '', document);

for (const problem of problems) console.error(`openapi: ${problem}`);
if (stale !== null) console.error(stale);
console.log(
  `openapi: problems: ${problems.length}; the saved copy is ${stale === null ? 'up to date' : 'stale'}`,
);
if (problems.length > 0 || stale !== null) process.exitCode = 1;
