import { CommanderError } from 'commander';
import { UsageError } from '../adapters/config/read-flags.js';
import { safeError } from '../adapters/logging/safe-error.js';
import { ServiceError, StorageUnavailableError } from '../domain/errors.js';
import { ConfigurationError } from '../ports/configuration-error.js';
import { ListenError } from '../process/listen.js';
import { RequestError } from './service-client.js';

export const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;
const EXIT_CONFIGURATION = 78;

/** The exit code for an error of a command, and the message for standard error. */
export function outcomeOf(error: unknown): { readonly code: number; readonly message: string } {
  if (error instanceof CommanderError) {
    // Help and version end like this too, and commander has already printed everything.
    return { code: error.exitCode === 0 ? 0 : EXIT_USAGE, message: '' };
  }
  if (error instanceof UsageError) return { code: EXIT_USAGE, message: error.message };
  if (error instanceof ConfigurationError) {
    return { code: EXIT_CONFIGURATION, message: error.message };
  }
  if (error instanceof StorageUnavailableError) {
    return { code: EXIT_FAILURE, message: error.inFull };
  }
  if (
    error instanceof ListenError ||
    error instanceof ServiceError ||
    error instanceof RequestError
  ) {
    return { code: EXIT_FAILURE, message: error.message };
  }
  // A bug. As in the log: without statements and the texts that they quote.
  const { type, message, stack } = safeError(error);
  return { code: EXIT_FAILURE, message: `${type}: ${message}${stack ? `\n${stack}` : ''}` };
}
