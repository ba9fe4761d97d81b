/** The client of the persistence service. docs/typescript.md explains it. */

export { PersistenceClient } from './client.js';
export {
  ApiError,
  type ErrorCode,
  type FieldError,
  InvalidValueError,
  NoAnswerError,
  PersistenceError,
  SessionNotStoredError,
  TasksNotPostedError,
  TasksNotStoredError,
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
export { finish } from './resuming/finish.js';
export type { Finished, NewTask, NewTasks, Resumed, SessionToResume } from './resuming/job.js';
export { type ResumeOptions, resume } from './resuming/resume.js';
export type { Download } from './transport/download.js';
export type { ClientOptions, Fetch } from './transport/settings.js';
export type { CallOptions } from './transport/transport.js';
export type { World } from './transport/world.js';
export type { WriterOptions } from './writer/limits.js';
export type { MoreFields } from './writer/next-state.js';
export { type Refusal, RefusedTasksError, UnsentTasksError } from './writer/refusals.js';
export { TaskWriter } from './writer/task-writer.js';
