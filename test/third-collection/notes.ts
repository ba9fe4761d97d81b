import {
  type Collection,
  gauge,
  growingCounter,
  optionalInstant,
  optionalJson,
  optionalRatio,
  optionalText,
  requiredId,
  requiredString,
  requiredText,
  TIMES,
} from '../../src/domain/collection.js';
import { TASKS } from '../../src/domain/collections/tasks.js';

/**
 * A reviewer's note on a task: a collection that exists only in tests, two levels below sessions.
 */
export const NOTES = {
  name: 'review_notes',
  singular: 'note',
  plural: 'notes',
  meaning: 'A note of a reviewer on a task.',
  journalCode: 250,
  key: 'note_id',
  keyMaxLength: 40,
  keyMeaning: 'Names the note.',
  parent: { collection: TASKS.name, field: 'task_id' },
  fields: [
    requiredId('task_id', 64, 'The task that the note is about.'),
    requiredString('author', 80, 'Who wrote it.'),
    requiredString('state', 20, 'Whether it is answered.'),
    requiredText('body', 'What it says.'),
    optionalText('reply', 'The answer.'),
    optionalJson('marks', 'Marks of readers.'),
    optionalRatio('certainty', 'How sure the author is.'),
    optionalInstant('resolved_at', 'When it was answered.'),
    growingCounter('edits', 'How often it was edited.'),
    gauge('votes', 'How many agree.'),
  ],
  status: 'state',
  expires: false,
  sorts: [
    { field: 'created_at', index: ['all', 'parent'] },
    { field: 'updated_at', index: ['all'] },
    { field: 'author', index: ['all', 'parent'] },
    { field: 'votes', index: ['all'] },
  ],
  filters: [
    { parameter: 'task', field: 'task_id', match: 'equals', index: [] },
    { parameter: 'state', field: 'state', match: 'one-of', index: ['all', 'parent'] },
    { parameter: 'body', field: 'body', match: 'contains', index: [] },
    ...TIMES,
  ],
  summed: ['votes', 'certainty'],
  cell: null,
  failure: null,
} as const satisfies Collection;
