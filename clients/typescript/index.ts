/** The client of the persistence service. docs/typescript.md explains it. */

export { PersistenceClient } from './client.js';
export {
  ApiError,
  type ErrorCode,
  type FieldError,
  InvalidValueError,
  NoAnswerError,
  PersistenceError,
  UnexpectedAnswerError,
} from './errors.js';
export { eachQuarantined, eachSession, eachTask, eachTaskOfSession } from './lists.js';
export type { AnswerOf, OperationId, Schemas } from './operations.js';
export {
  FINISHED_STATUSES,
  type QueryOf,
  type Session,
  type SessionWrite,
  type Task,
  type TaskWrite,
} from './records.js';
export { type Job, resume } from './resume.js';
export type { Download } from './transport/download.js';
export type { ClientOptions, Fetch } from './transport/settings.js';
export type { CallOptions } from './transport/transport.js';
export type { World } from './transport/world.js';
export type { WriterOptions } from './writer/limits.js';
export { type Refusal, RefusedTasksError, UnsentTasksError } from './writer/refusals.js';
export { TaskWriter } from './writer/task-writer.js';
