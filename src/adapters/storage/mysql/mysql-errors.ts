import {
  RecordRefusedError,
  ServiceError,
  StorageUnavailableError,
} from '../../../domain/errors.js';
import { ConfigurationError } from '../../../ports/configuration-error.js';
import { tlsProblem } from './connections/tls.js';
import {
  CLIENT_ERRORS,
  CONNECTION_LOST,
  NOT_KNOWN,
  SERVER_ERROR_CLASSES,
  SERVER_ERRORS,
  SOCKET_FAILED,
} from './error-meanings.js';
import type { Meaning } from './meaning.js';

/** The properties that errors of the server, of the network and of mysql2 may have. */
interface Failure extends Error {
  readonly errno?: unknown;
  readonly code?: unknown;
  readonly sqlState?: unknown;
  readonly syscall?: unknown;
}

/**
 * The store failure in a thrown error, even if Drizzle has wrapped it. Null if there is none: an
 * error of the service, of its files, or a bug.
 */
function failureIn(error: unknown): Failure | null {
  if (!(error instanceof Error) || 'path' in error) return null;
  if (error instanceof ServiceError) return null;
  const failure: Failure = error;
  if (typeof failure.errno === 'number' || typeof failure.code === 'string') return failure;
  if (error.cause !== undefined) return failureIn(error.cause);
  // mysql2 also throws plain errors; a TypeError without a code is a bug.
  return error.name === 'Error' ? failure : null;
}

/** The meaning of an error of mysql2; null for any other error, which is a bug. */
export function meaningOf(error: unknown): Meaning | null {
  const failure = failureIn(error);
  return failure === null ? null : meaningOfFailure(failure);
}

/** Whether another node of the cluster may do what has failed. */
export function isOfNode(error: unknown): boolean {
  return meaningOf(error)?.kind === 'node';
}

function meaningOfFailure({ errno, code, sqlState, syscall, message }: Failure): Meaning {
  const byServer = typeof errno === 'number' ? SERVER_ERRORS[errno] : undefined;
  if (byServer !== undefined) return byServer;
  if (code === 'HANDSHAKE_SSL_ERROR') return { kind: 'setup', text: tlsProblem(message) };
  const byCode = typeof code === 'string' ? CLIENT_ERRORS[code] : undefined;
  if (byCode !== undefined) return byCode;
  const byClass =
    typeof sqlState === 'string' ? SERVER_ERROR_CLASSES[sqlState.slice(0, 2)] : undefined;
  if (byClass !== undefined) return byClass;
  if (typeof syscall === 'string') return SOCKET_FAILED;
  return /closed state|Pool is closed/.test(message) ? CONNECTION_LOST : NOT_KNOWN;
}

/**
 * Converts an error of mysql2 to an error of the port while the service runs: store failures may be
 * temporary. The message contains the code and the meaning, but neither SQL nor values. Any other
 * error is returned unchanged.
 */
export function toStorageError(server: string, error: unknown): unknown {
  const failure = failureIn(error);
  if (failure === null) return error;
  const meaning = meaningOfFailure(failure);
  if (meaning.kind === 'record') return new RecordRefusedError(meaning.reason, meaning.text);
  const said = `${meaning.text} (${codeOf(failure)})`;
  // An unknown error is included itself, for the log, which omits its statement.
  const cause = meaning.kind === 'unclear' ? failure : undefined;
  const unclear = meaning.kind === 'unclear' || meaning.kind === 'split';
  return new StorageUnavailableError('mysql', said, cause, { where: server, unclear });
}

/** Like `toStorageError`, at start: a server that answers and refuses is a ConfigurationError. */
export function toOpeningError(server: string, error: unknown): unknown {
  const failure = failureIn(error);
  if (failure === null) return error;
  const { kind, text } = meaningOfFailure(failure);
  if (kind !== 'setup') return toStorageError(server, error);
  return new ConfigurationError(`${server}: ${text} (${codeOf(failure)}).`);
}

function codeOf({ errno, code }: Failure): string {
  if (typeof code === 'string') return code;
  return typeof errno === 'number' ? String(errno) : 'without a code';
}
