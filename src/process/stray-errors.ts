import type { Logger } from '../ports/logger.js';

type Closing = Logger & { close(): Promise<void> };

const EXIT_FAILURE = 1;
const LONGEST_SAID = 300;
/** Milliseconds for the log to write its last lines. */
const LONGEST_CLOSING = 2000;
const LEVELS = { debug: 'debug', log: 'info', info: 'info', warn: 'warn', error: 'error' } as const;

/**
 * Sends output that would bypass the log to the log, because errors may quote statements and texts:
 * output of libraries to the console, warnings of node, and unhandled errors. Returns a function
 * that restores the previous state.
 */
export function logStrayErrors(logger: Closing): () => void {
  const undo = [takeConsole(logger), takeWarnings(logger), takeUnhandled(logger)];
  return () => {
    for (const each of undo) each();
  };
}

function takeConsole(logger: Logger): () => void {
  const before = { ...console };
  for (const [method, level] of Object.entries(LEVELS)) {
    Object.assign(console, {
      [method]: (...said: readonly unknown[]) => {
        logger[level](inFields(said), 'Output of a library');
      },
    });
  }
  return () => void Object.assign(console, before);
}

/** Errors are logged in their safe form and strings as they are; other values are omitted. */
function inFields(said: readonly unknown[]) {
  const error = said.find((each) => each instanceof Error);
  const texts = said.filter((each) => typeof each === 'string').join(' ');
  return {
    ...(error === undefined ? {} : { err: error }),
    ...(texts === '' ? {} : { said: texts.slice(0, LONGEST_SAID) }),
  };
}

function takeWarnings(logger: Logger): () => void {
  const before = process.listeners('warning');
  // Node's own listener, which prints the warning, is removed too.
  process.removeAllListeners('warning');
  const note = (warning: Error) => logger.warn({ err: warning }, 'A warning of node');
  process.on('warning', note);
  return () => {
    process.off('warning', note);
    for (const each of before) process.on('warning', each);
  };
}

/** Accepted writes are in the journal, so ending is safer than continuing in an unknown state. */
function takeUnhandled(logger: Closing): () => void {
  let ending = false;
  const end = (error: unknown) => {
    if (ending) return;
    ending = true;
    logger.error({ err: error }, 'The service ends after an unhandled error');
    const exit = () => process.exit(EXIT_FAILURE);
    setTimeout(exit, LONGEST_CLOSING);
    void logger.close().finally(exit);
  };
  process.on('uncaughtException', end);
  return () => void process.off('uncaughtException', end);
}
