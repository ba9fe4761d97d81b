import { describe, expect, it } from 'vitest';
import { namesIn } from '../../scripts/names.js';

describe('the check of names', () => {
  it.each([
    ['a collection', "const table = 'translation_tasks';", 'translation_tasks'],
    ['a field', 'const { row_index } = record.fields;', 'row_index'],
    ['a field that is a common word, as a literal', "table.column('status')", 'status'],
    [
      'the description of one collection',
      "import { TASKS } from '../../domain/collections/tasks.js';",
      'the description of one collection',
    ],
  ])('finds %s outside of where it is described', (_what, text, name) => {
    const path = 'application/reading/some.ts';
    expect(namesIn(path, `// a comment\n${text}`)).toEqual([`src/${path}:2 names ${name}`]);
  });

  it.each([
    ['where they are described', 'domain/collections/tasks.ts', "key: 'task_id'"],
    ['where the API presents them', 'adapters/http/answers/statistics.ts', 'summary.session_id'],
    ['in a comment', 'ports/quarantine.ts', '/** Such as `session_id "s-1"`. */ // or task_id'],
    ['as another word', 'application/health.ts', 'report.status = context;'],
    ['as the list', 'stores.ts', "import { COLLECTIONS } from './domain/collections/list.js';"],
  ])('leaves them alone %s', (_where, path, text) => {
    expect(namesIn(path, text)).toEqual([]);
  });
});
