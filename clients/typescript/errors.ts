import type { components } from './schema.js';

type Problem = components['schemas']['Problem'];
/** A machine-readable reason, such as `VALIDATION_ERROR`. A newer service may have more of them. */
export type ErrorCode = Problem['error_code'] | (string & {});
/** What is wrong at one place of a request, such as `tasks[3].confidence`. */
export type FieldError = NonNullable<Problem['errors']>[number];

/** Characters of a foreign answer in a message. */
const LONGEST_QUOTED = 200;

/** Every error of this client. */
export class PersistenceError extends Error {
  override readonly name: string = 'PersistenceError';
}

/** The service refused a request, or failed at it, and says why. */
export class ApiError extends PersistenceError {
  override readonly name = 'ApiError';
  /** The HTTP status. */
  readonly status: number;
  readonly errorCode: ErrorCode;
  /** For people. */
  readonly detail: string;
  /** Identifies the request in the log of the service; null if the answer has none. */
  readonly requestId: string | null;
  /** With `VALIDATION_ERROR` and `SESSION_MISMATCH`: at most 100 places of the request. */
  readonly errors: readonly FieldError[];
  /** Seconds after which the service wants to be asked again; null if it does not say. */
  readonly retryAfter: number | null;

  constructor(
    problem: { error_code: ErrorCode; detail: string; errors?: readonly FieldError[] },
    answer: { status: number; requestId: string | null; retryAfter: number | null },
  ) {
    const { error_code, detail, errors = [] } = problem;
    super(`${answer.status} ${error_code}: ${detail}`);
    this.status = answer.status;
    this.errorCode = error_code;
    this.detail = detail;
    this.requestId = answer.requestId;
    this.errors = errors;
    this.retryAfter = answer.retryAfter;
  }
}

/** No whole answer arrived: refused or broken connection, timeout. The request may have worked. */
export class NoAnswerError extends PersistenceError {
  override readonly name = 'NoAnswerError';

  constructor(
    /** Such as `connect ECONNREFUSED 127.0.0.1:8001`. */
    readonly reason: string,
    url: string,
    cause: unknown,
    /** No connection was made, so the service does not know of the request. */
    readonly isUnsent = false,
  ) {
    super(`no answer from ${url}: ${reason}`, { cause });
  }
}

/** The answer is not one of this service, but of a proxy or another program: check the address. */
export class UnexpectedAnswerError extends PersistenceError {
  override readonly name = 'UnexpectedAnswerError';
  readonly status: number;
  /** Such as `text/html`; null if the answer does not say. */
  readonly contentType: string | null;
  /** The beginning of the answer. */
  readonly text: string;
  /** Where the answer redirects to. The client follows no redirection. */
  readonly location: string | null;
  readonly retryAfter: number | null;

  constructor(
    found: {
      status: number;
      contentType: string | null;
      text: string;
      location: string | null;
      retryAfter: number | null;
    },
    readonly url: string,
    /** For people. */
    readonly expected: string,
  ) {
    const { status, contentType, text, location, retryAfter } = found;
    const type = contentType === null ? '' : ` ${contentType}`;
    const said = text === '' ? 'nothing' : text.slice(0, LONGEST_QUOTED).replace(/\s+/g, ' ');
    super(
      `${url} answered ${status}${type}, which is not an answer of the service. Found: ${location === null ? said : `a redirection to ${location}`}. Expected: ${expected}. Check the address: a proxy, a sign-in page or another program answers there`,
    );
    this.status = status;
    this.contentType = contentType;
    this.text = text;
    this.location = location;
    this.retryAfter = retryAfter;
  }
}

/** The service accepted the session, and its store does not have it. */
export class SessionNotStoredError extends PersistenceError {
  override readonly name = 'SessionNotStoredError';

  constructor(session_id: string) {
    super(
      `session ${session_id} is not in the store: it was deleted meanwhile, or is in quarantine (see eachQuarantined)`,
    );
  }
}

/** Not all tasks of the session were posted: an earlier run died before. */
export class TasksNotPostedError extends PersistenceError {
  override readonly name = 'TasksNotPostedError';

  constructor(session_id: string) {
    super(
      `not all tasks of session ${session_id} were posted, as an earlier run ended before; call resume with its tasks`,
    );
  }
}

/** The service accepted tasks of a new session, and does not have them where it was asked. */
export class TasksNotStoredError extends PersistenceError {
  override readonly name = 'TasksNotStoredError';

  constructor(
    session_id: string,
    /** The number of tasks that this run posted. */
    readonly posted: number,
    /** How many of them are neither in the store nor in quarantine. */
    readonly missing: number,
  ) {
    super(
      `${missing} of ${posted} tasks of session ${session_id} are not in the store: they wait in another instance of the service, or were deleted meanwhile. Ask the instance that you write to, or set buffer.durability: stored`,
    );
  }
}

/** A record or parameter that this client does not send, because it would mean something else. */
export class InvalidValueError extends PersistenceError {
  override readonly name = 'InvalidValueError';

  constructor(
    /** The field or parameter; of a batch or in a JSON field its path: `sessions[3].metadata.a`. */
    readonly field: string,
    readonly reason: string,
  ) {
    super(`${field}: ${reason}`);
  }
}
