import type { Logger } from '../ports/logger.js';

type Closing = Logger & { close(): Promise<void> };

const EXIT_FAILURE = 1;
const LONGEST_SAID = 300;
/** Milliseconds that the log may take to write its last lines. */
const LONGEST_CLOSING = 2000;
const LEVELS = { debug: 'debug', log: 'info', info: 'info', warn: 'warn', error: 'error' } as const;

/**
 * Sends to the log what would be printed past it, with the statements and texts that an error may
 * quote: by libraries through the console, by node as a warning, or at the end of the process by an
 * error that nobody handles. Returns how to leave all that as it was.
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
        logger[level](inFields(said), 'Printed past the log');
      },
    });
  }
  return () => void Object.assign(console, before);
}

/** An error alone has a safe form; of other values only a text is known to be one. */
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
  // Node's own listener is one of them; it prints.
  process.removeAllListeners('warning');
  const note = (warning: Error) => logger.warn({ err: warning }, 'A warning of node');
  process.on('warning', note);
  return () => {
    process.off('warning', note);
    for (const each of before) process.on('warning', each);
  };
}

/** What is accepted is in the journal, so ending is safer than going on in a state nobody knows. */
function takeUnhandled(logger: Closing): () => void {
  let ending = false;
  const end = (error: unknown) => {
    if (ending) return;
    ending = true;
    logger.error({ err: error }, 'The service ends: nobody handles this error');
    const exit = () => process.exit(EXIT_FAILURE);
    setTimeout(exit, LONGEST_CLOSING);
    void logger.close().finally(exit);
  };
  process.on('uncaughtException', end);
  return () => void process.off('uncaughtException', end);
}
