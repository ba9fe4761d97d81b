import fc from 'fast-check';

/** Few ids, so that writes are merged, and ids that two collations may confuse. */
export const SESSION_IDS = ['A', 'a', 'á', 'a\u0301', 'ss', 'ß', '😀', `it's "%_\\`];
export const TASK_IDS = [
  ...['T', 't', 'ţ', 't.', 't. .', 'ｔ', 'I', 'i', 'ı', 'İ', '\u{10400}', '\uff5e', '?', '100%'],
  '😀'.repeat(64),
];
export const NO_SUCH_ID = 'nobody';

/** Finished statuses, the two in the API guide, and others that a backend may use. */
export const STATUSES = [
  ...['completed', 'failed', 'cancelled', 'skipped'],
  ...['pending', 'processing', 'paused', 'in_progress', 'p_1'],
];
export const SHEETS = ['Items', 'items', 'Items ', 'ITEMS', 'アイテム', ':param ? $1 --'];
export const BATCHES = ['b', 'B', 'b\u00a0b', '批'];
export const FILENAMES = ['a.xlsx', 'A.xlsx', '100%_\\.csv', "l'été 🏖.ods", 'ete', ' ', 'ﬁ.xlsx'];

const TEXTS = [
  '',
  ' ',
  'sword ',
  `quotes ' " \` and \\ and \\' and \\0`,
  '\r\n\t\u0001\u001a\u007f',
  '\ufeff\u200d\u202e',
  '\ufffd\uffff\u{10ffff}',
  '👩‍👩‍👧‍👦'.repeat(3000),
  'null',
];

const JSON_OBJECTS = [
  {},
  { b: 1, a: 2, 10: 'x', 9: 'y' },
  { numbers: [0, -0, 0.1, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 9007199254740991] },
  { nested: { deeper: [[], {}, [null, true, 'é\\u0000"']] }, '': '', 'ключ 🗝': '\u2028' },
  JSON.parse('{"__proto__":{"constructor":1},"toString":null}') as object,
];

export const INSTANTS = [
  '2026-11-24T12:00:00Z',
  '2026-11-24T12:00:00.1239+05:30',
  '2026-03-29T02:30:00',
  '1000-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59.999-12:00',
  '1969-12-31T23:59:59.999Z',
];

const COUNTS = [0, 1, 2, 3, 7, 2_147_483_647];
const CONFIDENCES = [0, 1, 0.00004, 0.00005, 0.33335, 0.1, 0.7, 0.9999, 0.99995, 1e-9];

/** Most writes go to few records, where they are merged; the others test collations. */
export const often = (ids: readonly string[], few: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...ids.slice(0, few)) },
    { weight: 1, arbitrary: fc.constantFrom(...ids) },
  );

/** Any of these, or absent. */
const maybe = <Value>(...values: readonly Value[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });

type Entries = Readonly<Record<string, unknown>>;
/** JSON has no undefined: a field without a value is not sent. */
const asSent = (record: Entries): Entries =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

export const session = fc
  .record({
    session_id: often(SESSION_IDS, 3),
    filename: fc.constantFrom(...FILENAMES),
    file_path: fc.constantFrom('/games/tale', 'C:\\games\\', '🎮'.repeat(512)),
    status: fc.constantFrom(...STATUSES),
    game_info: maybe<object | null>(null, ...JSON_OBJECTS),
    llm_provider: fc.constantFrom('openai', 'OpenAI'),
    metadata: maybe<object | null>(null, ...JSON_OBJECTS),
    total_tasks: maybe(...COUNTS),
    completed_tasks: maybe(...COUNTS),
    failed_tasks: maybe(...COUNTS),
    processing_tasks: maybe(...COUNTS),
    created_at: maybe('2001-01-01T00:00:00Z'),
  })
  .map(asSent);

/** Most tasks name the session that they belong to; some name another, by mistake. */
const ofSession = often(TASK_IDS, 3).chain((task_id) => {
  const home = SESSION_IDS[TASK_IDS.indexOf(task_id) % 3] ?? NO_SUCH_ID;
  const session_id = fc.oneof(
    { weight: 4, arbitrary: fc.constant(home) },
    { weight: 1, arbitrary: often([NO_SUCH_ID, ...SESSION_IDS], 4) },
  );
  return fc.record({ task_id: fc.constant(task_id), session_id });
});

export const task = fc
  .record({
    ofSession,
    batch_id: fc.constantFrom(...BATCHES),
    sheet_name: fc.constantFrom(...SHEETS),
    row_index: fc.constantFrom(...COUNTS),
    column_name: fc.constantFrom('fr', 'FR '),
    source_text: fc.constantFrom(...TEXTS),
    target_text: maybe(null, ...TEXTS),
    context: maybe(null, ...TEXTS),
    status: fc.constantFrom(...STATUSES),
    confidence: maybe(null, ...CONFIDENCES),
    error_message: maybe(null, 'timed out', 'timeout 30', 'timeout 31'),
    retry_count: maybe(...COUNTS),
    start_time: maybe(null, ...INSTANTS),
    end_time: maybe(null, ...INSTANTS),
    duration_ms: maybe(null, ...COUNTS),
  })
  .map(({ ofSession: ids, ...rest }) => asSent({ ...ids, ...rest }));

/** Changes that make a valid record invalid for every store. */
export const spoiling = fc.constantFrom<Entries>(
  { status: 'Done' },
  { status: null },
  { session_id: 'a ' },
  { session_id: '' },
  { session_id: 'x'.repeat(37) },
  { session_id: 'a\u0000' },
  { session_id: '\ud800' },
  { surprise: 1 },
);
