import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SchemaSnapshot, withAddedColumns } from './migrations/added-columns.js';

// `drizzle-kit generate`, with its arguments, and then the newest migration is mended.
execFileSync('drizzle-kit', ['generate', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, DIALECT: 'sqlite' },
});

const folder = join(import.meta.dirname, '..', 'migrations', 'sqlite');
const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
const snapshots = readdirSync(join(folder, 'meta'))
  .filter((name) => name.endsWith('_snapshot.json'))
  .sort();
const [before, after] = snapshots
  .slice(-2)
  .map((name) => JSON.parse(read('meta', name)) as SchemaSnapshot);
const newest = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .at(-1);

if (before !== undefined && after !== undefined && newest !== undefined) {
  const migration = read(newest);
  const finished = withAddedColumns(migration, before, after);
  if (finished !== migration) {
    writeFileSync(join(folder, newest), finished);
    console.log(`${newest} adds its columns, instead of copying the table`);
  }
}
