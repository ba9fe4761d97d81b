import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { copyOfProject } from '../support/deployment/project-copy.js';

/**
 * Adds the third collection to a copy of the project, as ARCHITECTURE.md describes: a file, an
 * entry in the list, and a run of the generator for each dialect. The test stores are created from
 * the generated migrations.
 */
export default function setup(project: TestProject): () => void {
  const { folder, remove } = copyOfProject();
  const notes = readFileSync(join(import.meta.dirname, 'notes.ts'), 'utf8');
  const collections = join(folder, 'src/domain/collections');
  const described = notes
    .replaceAll('../../src/domain/collections/', './')
    .replaceAll('../../src/domain/', '../');
  const generate = (text: string) => {
    writeFileSync(join(collections, 'notes.ts'), text);
    for (const dialect of ['sqlite', 'mysql'])
      execFileSync('npm', ['run', '--silent', `db:generate:${dialect}`], { cwd: folder });
  };
  const list = readFileSync(join(collections, 'list.ts'), 'utf8');
  writeFileSync(
    join(collections, 'list.ts'),
    `import { NOTES } from './notes.js';\n${list.replace('[SESSIONS, TASKS]', '[SESSIONS, TASKS, NOTES]')}`,
  );
  // The collection first, then a field of it: each in a migration of its own.
  const earlier = described.replace(/^ *optionalText\(\d+, 'reply', .*\),\n/m, '');
  if (earlier === described) throw new Error('notes.ts has no field "reply" to add later');
  generate(earlier);
  generate(described);
  project.provide('migrations', join(folder, 'migrations'));
  return remove;
}
