import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';

const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations');

interface MigrationJournal {
  readonly entries: readonly unknown[];
}

/** A copy of the first `count` migrations; `remove` deletes it. */
export async function olderMigrations(dialect: 'mysql' | 'sqlite', count: number) {
  const folder = await mkdtemp(join(tmpdir(), 'ps-migrations-'));
  await cp(join(migrations, dialect), folder, { recursive: true });
  const file = join(folder, 'meta', '_journal.json');
  const journal = JSON.parse(await readFile(file, 'utf8')) as MigrationJournal;
  await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }));
  return {
    folder,
    /** The current number of migrations. */
    known: journal.entries.length,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The statements of all migrations, in their order. */
export function knownStatements(dialect: 'mysql' | 'sqlite'): readonly string[] {
  return readMigrationFiles({ migrationsFolder: join(migrations, dialect) }).flatMap(
    ({ sql }) => sql,
  );
}
