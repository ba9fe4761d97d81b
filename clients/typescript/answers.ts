import type { AnswerOf, OperationId } from './operations.js';
import type { Expected } from './transport/expected.js';

/** What a member of an answer is; a list of words: one of them. */
export type Kind =
  | 'string'
  | 'number'
  | 'boolean'
  | 'object'
  | 'list'
  | 'cursor'
  | readonly string[];
type Members<Id extends OperationId> = { readonly [Name in keyof AnswerOf<Id>]?: Kind };
/** Those that answer with JSON. Batches are in `acknowledgement`. */
export type WithJson = Exclude<
  { [Id in OperationId]: [AnswerOf<Id>] extends [never] ? never : Id }[OperationId],
  'acceptSessions' | 'acceptTasks'
>;

const PAGE = {
  total: 'number',
  total_pages: 'number',
  items: 'list',
  next_cursor: 'cursor',
} as const;

/**
 * Members by which an answer is known as one of the service, and on which the helpers rely. Each is
 * required in docs/openapi.json.
 */
export const MEMBERS: { readonly [Id in WithJson]: Members<Id> } = {
  flush: { status: ['flushed'], sessions_written: 'number', tasks_written: 'number' },
  deleteSession: { status: ['deleted'], session_id: 'string', deleted_tasks: 'number' },
  getSession: { session_id: 'string', filename: 'string', status: 'string' },
  cleanUpSessions: { deleted_sessions: 'number', deleted_tasks: 'number', dry_run: 'boolean' },
  getStatistics: { sessions: 'object', tasks: 'object', storage: 'list' },
  listSessions: PAGE,
  listTasks: PAGE,
  getTask: { task_id: 'string', session_id: 'string', status: 'string' },
  listTasksOfSession: PAGE,
  getSessionProgress: { session_id: 'string', total: 'number', by_status: 'object' },
  listFailures: { total: 'number', groups: 'list' },
  retrySession: { session_id: 'string', retried_tasks: 'number' },
  listIncompleteSessions: { count: 'number', sessions: 'list' },
  restoreSession: { session_id: 'string', session: 'object', tasks: 'list' },
  listQuarantine: PAGE,
  requeueQuarantine: { requeued: 'number' },
  dropQuarantined: { status: ['deleted'] },
  getHealth: { status: ['healthy', 'degraded', 'unhealthy'], problems: 'list' },
  getLiveness: { status: ['alive'] },
  getReadiness: { status: ['ready', 'not_ready'] },
  getOpenApiDocument: { openapi: 'string', paths: 'object' },
};

/** The answer of an operation, by its members. */
export function answerOf(operation: WithJson): Expected<unknown> {
  const members = Object.entries(MEMBERS[operation] as Readonly<Record<string, Kind>>);
  return {
    description: `JSON with ${members.map(([name]) => name).join(', ')}`,
    isMetBy: (found) =>
      isObject(found) && members.every(([name, kind]) => isOfKind(found[name], kind)),
  };
}

/**
 * The acknowledgement of so many records. Another program at the address of the service may answer
 * 200 to anything, and has stored nothing.
 */
export function acknowledgement(records: number): Expected<unknown> {
  return {
    description: `JSON with the status accepted or stored, and the count ${records}`,
    isMetBy: (found) => {
      if (!isObject(found)) return false;
      const { status, count, quarantined = [] } = found;
      const isKnown = isOfKind(status, ['accepted', 'stored']);
      return isKnown && count === records && Array.isArray(quarantined);
    },
  };
}

/** Texts, by what stands in them. */
export const TEXTS = {
  getMetrics: having(/^# (HELP|TYPE) /m, 'metrics in the format of Prometheus'),
  getSwaggerUi: having(/swagger-ui/, 'the page of Swagger UI'),
  getRedoc: having(/redoc/, 'the page of ReDoc'),
} as const;

/** An exported session, by its media type. */
export const EXPORT: Expected<string> = having(
  /^(application\/vnd\.openxmlformats-officedocument|text\/csv|application\/x-ndjson)/,
  'a workbook, CSV or NDJSON',
);

function having(pattern: RegExp, description: string): Expected<string> {
  return { description, isMetBy: (text) => pattern.test(text) };
}

function isOfKind(value: unknown, kind: Kind): boolean {
  if (typeof kind !== 'string') return kind.includes(String(value));
  if (kind === 'list') return Array.isArray(value);
  if (kind === 'cursor') return value === null || typeof value === 'string';
  return kind === 'object' ? isObject(value) : typeof value === kind;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
