/**
 * Errors that callers distinguish, each with a literal code. Any other thrown error is a bug and is
 * answered as INTERNAL_ERROR without its text.
 */
export type ErrorCode =
  | 'VALIDATION_ERROR'
  | 'NOT_FOUND'
  | 'SESSION_MISMATCH'
  | 'BUFFER_FULL'
  | 'STORAGE_UNAVAILABLE'
  | 'JOURNAL_UNAVAILABLE'
  | 'SHUTTING_DOWN';

/** One problem with an input: where it is, what was found and what was expected. */
export interface Issue {
  /** For example `tasks[3].confidence`. */
  readonly path: string;
  readonly message: string;
  /** The value found, shortened, if it helps. */
  readonly value?: string | number | boolean | null;
}

export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: {
      readonly issues?: readonly Issue[];
      /** Seconds until a retry makes sense. */
      readonly retryAfter?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
  }
}

/** The store cannot be reached, timed out or is overloaded: the same call may succeed later. */
export class StorageUnavailableError extends ServiceError {
  override readonly name = 'StorageUnavailableError';

  readonly where: string | undefined;
  readonly unclear: boolean;

  constructor(
    readonly backend: string,
    /** Contains nothing confidential. */
    message: string,
    cause?: unknown,
    facts: {
      /** The server, with user, host and database: only for the log and for administrators. */
      readonly where?: string;
      /** The failure is unknown: one of the records, or the store, may be the cause. */
      readonly unclear?: boolean;
    } = {},
  ) {
    super('STORAGE_UNAVAILABLE', message, { retryAfter: 5, cause });
    this.where = facts.where;
    this.unclear = facts.unclear ?? false;
  }

  get inFull(): string {
    return this.where === undefined ? this.message : `${this.where}: ${this.message}`;
  }
}

/**
 * The store answered, and will never accept (one of) these records: too long, a violated
 * constraint, a missing parent. `reason` may be shown to a client: no SQL, no row data.
 */
export class RecordRefusedError extends Error {
  override readonly name = 'RecordRefusedError';

  constructor(
    readonly reason: RefusalReason,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** `SESSION_MISMATCH`: the record is already stored, and belongs permanently to another parent. */
export type RefusalReason =
  | 'MISSING_PARENT'
  | 'SESSION_MISMATCH'
  | 'CONSTRAINT'
  | 'VALUE_OUT_OF_RANGE'
  | 'TOO_LARGE';
