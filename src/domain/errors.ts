/**
 * Errors that callers tell apart, each with a literal code. Anything else that is thrown is a bug
 * and is answered as INTERNAL_ERROR without its text.
 */
export type ErrorCode =
  | 'VALIDATION_ERROR'
  | 'NOT_FOUND'
  | 'SESSION_MISMATCH'
  | 'BUFFER_FULL'
  | 'STORAGE_UNAVAILABLE'
  | 'JOURNAL_UNAVAILABLE'
  | 'SHUTTING_DOWN';

/** One thing wrong with an input: where, what was found and what was expected. */
export interface Issue {
  /** Such as `tasks[3].confidence`. */
  readonly path: string;
  readonly message: string;
  /** What was found, shortened, where it helps. */
  readonly value?: string | number | boolean | null;
}

export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: {
      readonly issues?: readonly Issue[];
      /** Seconds after which trying again makes sense. */
      readonly retryAfter?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
  }
}

/** The store can't be reached, timed out or is overloaded: the same call may succeed later. */
export class StorageUnavailableError extends ServiceError {
  override readonly name = 'StorageUnavailableError';

  readonly where: string | undefined;
  readonly unclear: boolean;

  constructor(
    readonly backend: string,
    /** Fit for anyone. */
    message: string,
    cause?: unknown,
    facts: {
      /** The server, with user, host and database: for the log and for administrators alone. */
      readonly where?: string;
      /** Nobody knows this failure: it may be the fault of one of the records, or of the store. */
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
 * The store answered, and will never take (one of) these records as they are: too long, a broken
 * constraint, a missing parent. `reason` is fit for a client: no SQL, no row data.
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

/** `SESSION_MISMATCH`: the record is stored already, and belongs to another parent for good. */
export type RefusalReason =
  | 'MISSING_PARENT'
  | 'SESSION_MISMATCH'
  | 'CONSTRAINT'
  | 'VALUE_OUT_OF_RANGE'
  | 'TOO_LARGE';
