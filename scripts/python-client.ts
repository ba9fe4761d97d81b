// Writes the generated part of the Python client from docs/openapi.json: its records, its answers
// and a method for each operation. With --check it compares instead, and exits with 1 if they differ.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { SAVED_COPY } from './openapi/saved-copy.js';
import type { ApiDocument } from './python-client/document.js';
import { generatedFiles } from './python-client/files.js';

const ROOT = join(import.meta.dirname, '..');
const TARGET = join(ROOT, 'clients/python/src/persistence_client/generated');

const document = JSON.parse(readFileSync(SAVED_COPY, 'utf8')) as ApiDocument;
const wanted = new Map(
  [...generatedFiles(document)].map(([name, text]) => [join(TARGET, name), text]),
);
const present = existsSync(TARGET)
  ? readdirSync(TARGET, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
      .map((entry) => join(entry.parentPath, entry.name))
  : [];
const stale = [
  ...present.filter((file) => !wanted.has(file)),
  ...[...wanted].filter(([file, text]) => textOf(file) !== text).map(([file]) => file),
];

if (process.argv.includes('--check')) {
  for (const file of stale) console.error(`${relative(ROOT, file)} is not what the document gives`);
  console.log(`python client: ${wanted.size} generated files, stale: ${stale.length}`);
  if (stale.length > 0) {
    console.error('Run `npm run python:generate` and review the diff.');
    process.exitCode = 1;
  }
} else {
  for (const file of present) if (!wanted.has(file)) rmSync(file);
  for (const [file, text] of wanted) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  console.log(`python client: ${wanted.size} files generated, changed: ${stale.length}`);
}

function textOf(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}
