/**
 * The parts of an error that may be logged: never SQL or parameters, which contain texts of
 * clients.
 */
export interface SafeError {
  readonly type: string;
  readonly code?: string;
  readonly errno?: number;
  /** The server that the error is about. */
  readonly where?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: SafeError;
}

const LONGEST_MESSAGE = 300;
/** Properties with which drivers return the failed statement. */
const STATEMENT = ['sql', 'query', 'parameters', 'params'] as const;
/** The beginning of the message in which Drizzle quotes the statement and its parameters. */
const FAILED_QUERY = /failed query/i;

export function safeError(error: unknown, depth = 0): SafeError {
  if (!(error instanceof Error)) return { type: typeof error, message: shorten(String(error)) };
  const quotesData =
    STATEMENT.some((property) => property in error) || FAILED_QUERY.test(error.message);
  const { code, errno, where } = error as Readonly<Record<string, unknown>> & Error;
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof errno === 'number' ? { errno } : {}),
    ...(typeof where === 'string' ? { where } : {}),
    message: quotesData ? 'a statement failed' : shorten(error.message),
    ...(quotesData || error.stack === undefined ? {} : { stack: framesOf(error.stack) }),
    ...(error.cause === undefined || depth > 3 ? {} : { cause: safeError(error.cause, depth + 1) }),
  };
}

/** Only the frames: the first lines of a stack repeat the message, which may be long. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

function shorten(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
}
