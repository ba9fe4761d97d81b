import {
  type Collection,
  gauge,
  growingCounter,
  optionalJson,
  requiredString,
  TIMES,
} from '../collection.js';

/** One spreadsheet file in translation. */
export const SESSIONS = {
  name: 'translation_sessions',
  singular: 'session',
  plural: 'sessions',
  meaning: 'One file in translation.',
  journalCode: 1,
  key: 'session_id',
  keyMaxLength: 36,
  keyMeaning:
    'Names the session. The client chooses it; it is unique in the whole service and never changes. Use one session for a file in one target language.',
  parent: null,
  fields: [
    requiredString(
      1,
      'filename',
      255,
      'Name of the file as people see it, in lists and as the name of an export.',
    ),
    requiredString(
      2,
      'file_path',
      512,
      'Where the client keeps the file. The service stores the path and never opens it.',
    ),
    requiredString(
      3,
      'status',
      20,
      'State of the work on the file, in the words of the client: `completed`, `failed`, `cancelled` and `skipped` are finished, every other word is unfinished. Recovery lists unfinished sessions, and finished ones that have unfinished tasks.',
    ),
    optionalJson(
      4,
      'game_info',
      'What the client wants to know again about the game, such as its name. The service does not read it.',
    ),
    requiredString(
      5,
      'llm_provider',
      50,
      'The provider of the language model. Lists of sessions can be filtered by it.',
    ),
    optionalJson(
      6,
      'metadata',
      'Anything else that the client wants back, such as the target language. The service does not read it.',
    ),
    growingCounter(
      7,
      'total_tasks',
      'Number of tasks of the file, as the client counts them. Progress is counted from the stored tasks, not from the four counters.',
    ),
    growingCounter(8, 'completed_tasks', 'Number of completed tasks, as the client counts them.'),
    growingCounter(
      9,
      'failed_tasks',
      'Number of tasks that have failed at least once, as the client counts them. A retry does not decrease it.',
    ),
    gauge(
      10,
      'processing_tasks',
      'Number of tasks in work at the moment, as the client counts them.',
    ),
  ],
  status: 'status',
  expires: true,
  sorts: [
    { field: 'created_at', index: ['all'] },
    { field: 'updated_at', index: ['all'] },
    { field: 'filename', index: ['all'] },
    { field: 'status', index: ['all'] },
  ],
  filters: [
    { parameter: 'status', field: 'status', match: 'one-of', index: ['all'] },
    { parameter: 'llm_provider', field: 'llm_provider', match: 'one-of', index: [] },
    ...TIMES,
    { parameter: 'filename', field: 'filename', match: 'contains', index: [] },
  ],
  summed: [],
  cell: null,
  failure: null,
} as const satisfies Collection;
