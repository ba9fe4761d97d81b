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
    requiredId(1, 'task_id', 64, 'The task that the note is about.'),
    requiredString(2, 'author', 80, 'Who wrote it.'),
    requiredString(3, 'state', 20, 'Whether it is answered.'),
    requiredText(4, 'body', 'What it says.'),
    optionalText(5, 'reply', 'The answer.'),
    optionalJson(6, 'marks', 'Marks of readers.'),
    optionalRatio(7, 'certainty', 'How sure the author is.'),
    optionalInstant(8, 'resolved_at', 'When it was answered.'),
    growingCounter(9, 'edits', 'How often it was edited.'),
    gauge(10, 'votes', 'How many agree.'),
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
