import type { components, operations } from './schema.js';

export type OperationId = keyof operations;
export type Schemas = components['schemas'];

const API = '/api/v1/translation';

/** The method and the path of each operation of docs/openapi.json. */
export const OPERATIONS = {
  acceptSessions: ['POST', `${API}/sessions/batch`],
  acceptTasks: ['POST', `${API}/tasks/batch`],
  flush: ['POST', `${API}/flush`],
  deleteSession: ['DELETE', `${API}/sessions/{id}`],
  getSession: ['GET', `${API}/sessions/{id}`],
  cleanUpSessions: ['POST', `${API}/sessions/cleanup`],
  getStatistics: ['GET', `${API}/stats`],
  listSessions: ['GET', `${API}/sessions`],
  listTasks: ['GET', `${API}/tasks`],
  getTask: ['GET', `${API}/tasks/{id}`],
  listTasksOfSession: ['GET', `${API}/sessions/{id}/tasks`],
  getSessionProgress: ['GET', `${API}/sessions/{id}/progress`],
  listFailures: ['GET', `${API}/failures`],
  exportSession: ['GET', `${API}/sessions/{id}/export`],
  retrySession: ['POST', `${API}/sessions/{id}/retry`],
  listIncompleteSessions: ['GET', `${API}/recovery/incomplete-sessions`],
  restoreSession: ['POST', `${API}/recovery/restore/{id}`],
  listQuarantine: ['GET', `${API}/quarantine`],
  requeueQuarantine: ['POST', `${API}/quarantine/requeue`],
  dropQuarantined: ['DELETE', `${API}/quarantine/{id}`],
  getHealth: ['GET', '/health'],
  getLiveness: ['GET', '/health/live'],
  getReadiness: ['GET', '/health/ready'],
  getMetrics: ['GET', '/api/v1/system/metrics'],
  getSwaggerUi: ['GET', '/docs'],
  getRedoc: ['GET', '/redoc'],
  getOpenApiDocument: ['GET', '/openapi.json'],
} as const satisfies Record<OperationId, readonly [method: string, path: string]>;

/**
 * Work that may take minutes, and whose answer counts what it did. A second request runs beside the
 * first one, and counts what that one leaves.
 */
export const LONG_WORK: ReadonlySet<OperationId> = new Set<OperationId>([
  'cleanUpSessions',
  'deleteSession',
  'requeueQuarantine',
  'retrySession',
]);

/** The answer of an operation, from the OpenAPI document. */
export type AnswerOf<Id extends OperationId> = operations[Id] extends {
  responses: { 200: { content: { 'application/json': infer Answer } } };
}
  ? Answer
  : never;
