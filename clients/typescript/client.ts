import { acknowledgement, answerOf, EXPORT, TEXTS, type WithJson } from './answers.js';
import {
  type AnswerOf,
  LONG_WORK,
  OPERATIONS,
  type OperationId,
  type Schemas,
} from './operations.js';
import {
  checkRecords,
  parameter,
  type QueryOf,
  type Sendable,
  type SessionWrite,
  type TaskWrite,
} from './records.js';
import { type Download, downloadOf } from './transport/download.js';
import { type ClientOptions, settingsOf } from './transport/settings.js';
import { type Call, type CallOptions, Transport } from './transport/transport.js';
import type { World } from './transport/world.js';

interface Parts {
  readonly id?: string;
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly answeredBy?: number;
}

/**
 * Talks to a persistence service. Every method is an operation of its API, by the name that the
 * OpenAPI document gives it. A request that can pass is repeated (`maxRetries`), which is harmless
 * by the rules of the service.
 *
 * `cleanUpSessions`, `deleteSession`, `requeueQuarantine` and `retrySession` may take minutes, and
 * their answers count what they did. They wait 290,000 milliseconds unless a `timeout` is given.
 * They are repeated only where the service has not begun: after a refused connection, 408, 429 and
 * 503. After another failure, read how the records stand before you call them again.
 *
 * Throws ApiError, NoAnswerError, UnexpectedAnswerError, InvalidValueError, and the reason of an
 * aborted signal.
 */
export class PersistenceClient {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Clock and timers; helpers share them. */
  readonly world: World;
  readonly #transport: Transport;

  constructor(options: ClientOptions = {}) {
    const settings = settingsOf(options);
    this.baseUrl = settings.baseUrl;
    this.world = settings.world;
    this.#transport = new Transport(settings);
  }

  /** Writes up to 10,000 sessions, as a whole or not at all. */
  async acceptSessions(
    sessions: readonly SessionWrite[],
    query?: QueryOf<'acceptSessions'>,
    options?: CallOptions,
  ): Promise<AnswerOf<'acceptSessions'>> {
    checkRecords('sessions', sessions);
    const call = this.#call('acceptSessions', { query, body: { sessions } });
    return this.#transport.json(call, acknowledgement(sessions.length), options);
  }

  /** Writes up to 10,000 tasks, as a whole or not at all. */
  async acceptTasks(
    tasks: readonly TaskWrite[],
    query?: QueryOf<'acceptTasks'>,
    options?: CallOptions,
  ): Promise<AnswerOf<'acceptTasks'>> {
    checkRecords('tasks', tasks);
    const call = this.#call('acceptTasks', { query, body: { tasks } });
    return this.#transport.json(call, acknowledgement(tasks.length), options);
  }

  /** Stores everything that the service accepted before, from all clients. */
  flush(options?: CallOptions) {
    return this.#json('flush', {}, options);
  }

  /** Deletes a session with its tasks. After a lost answer, a second call may find it gone: 404. */
  deleteSession(id: string, options?: CallOptions) {
    return this.#json('deleteSession', { id }, options);
  }

  getSession(id: string, options?: CallOptions) {
    return this.#json('getSession', { id }, options);
  }

  /** Deletes old finished sessions; with `dry_run` only counts them. */
  cleanUpSessions(query?: QueryOf<'cleanUpSessions'>, options?: CallOptions) {
    return this.#json('cleanUpSessions', { query }, options);
  }

  getStatistics(query?: QueryOf<'getStatistics'>, options?: CallOptions) {
    return this.#json('getStatistics', { query }, options);
  }

  listSessions(query?: QueryOf<'listSessions'>, options?: CallOptions) {
    return this.#json('listSessions', { query }, options);
  }

  listTasks(query?: QueryOf<'listTasks'>, options?: CallOptions) {
    return this.#json('listTasks', { query }, options);
  }

  getTask(id: string, options?: CallOptions) {
    return this.#json('getTask', { id }, options);
  }

  listTasksOfSession(id: string, query?: QueryOf<'listTasksOfSession'>, options?: CallOptions) {
    return this.#json('listTasksOfSession', { id, query }, options);
  }

  getSessionProgress(id: string, query?: QueryOf<'getSessionProgress'>, options?: CallOptions) {
    return this.#json('getSessionProgress', { id, query }, options);
  }

  listFailures(query?: QueryOf<'listFailures'>, options?: CallOptions) {
    return this.#json('listFailures', { query }, options);
  }

  /** A session as a file, streamed. */
  async exportSession(
    id: string,
    query?: QueryOf<'exportSession'>,
    options?: CallOptions,
  ): Promise<Download> {
    const call = this.#call('exportSession', { id, query });
    return downloadOf(await this.#transport.stream(call, EXPORT, options));
  }

  /** Sets failed tasks of a session back to pending: all, or those selected. */
  retrySession(id: string, body?: Sendable<Schemas['RetryRequest']>, options?: CallOptions) {
    return this.#json('retrySession', { id, body }, options);
  }

  listIncompleteSessions(options?: CallOptions) {
    return this.#json('listIncompleteSessions', {}, options);
  }

  /** A session with all its unfinished tasks. */
  restoreSession(id: string, options?: CallOptions) {
    return this.#json('restoreSession', { id }, options);
  }

  listQuarantine(query?: QueryOf<'listQuarantine'>, options?: CallOptions) {
    return this.#json('listQuarantine', { query }, options);
  }

  /** Tries records again that the store refused: all, or those with these ids. */
  requeueQuarantine(body?: Sendable<Schemas['RequeueRequest']>, options?: CallOptions) {
    return this.#json('requeueQuarantine', { body }, options);
  }

  dropQuarantined(id: string, options?: CallOptions) {
    return this.#json('dropQuarantined', { id }, options);
  }

  /** How the service is. An unhealthy service answers too; that is no error. */
  getHealth(options?: CallOptions) {
    return this.#json('getHealth', { answeredBy: 503 }, options);
  }

  getLiveness(options?: CallOptions) {
    return this.#json('getLiveness', {}, options);
  }

  /** Whether the service accepts writes, and if not, why. */
  getReadiness(options?: CallOptions) {
    return this.#json('getReadiness', { answeredBy: 503 }, options);
  }

  /** In the text format of Prometheus. */
  getMetrics(options?: CallOptions): Promise<string> {
    return this.#text('getMetrics', options);
  }

  getSwaggerUi(options?: CallOptions): Promise<string> {
    return this.#text('getSwaggerUi', options);
  }

  getRedoc(options?: CallOptions): Promise<string> {
    return this.#text('getRedoc', options);
  }

  getOpenApiDocument(options?: CallOptions) {
    return this.#json('getOpenApiDocument', {}, options);
  }

  async #json<Id extends WithJson>(
    operation: Id,
    parts: Parts,
    options?: CallOptions,
  ): Promise<AnswerOf<Id>> {
    return this.#transport.json(this.#call(operation, parts), answerOf(operation), options);
  }

  #text(operation: keyof typeof TEXTS, options?: CallOptions): Promise<string> {
    return this.#transport.text(this.#call(operation, {}), TEXTS[operation], options);
  }

  #call(operation: OperationId, { id = '', query = {}, ...rest }: Parts): Call {
    const [method, path] = OPERATIONS[operation];
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) parameters.set(name, parameter(name, value));
    }
    const text = parameters.toString();
    const search = text === '' ? '' : `?${text}`;
    return {
      method,
      path: `${path.replace('{id}', encodeURIComponent(id))}${search}`,
      isLongWork: LONG_WORK.has(operation),
      ...rest,
    };
  }
}
