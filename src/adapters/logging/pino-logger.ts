import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import pino from 'pino';
import { escapeControls } from '../../domain/controls.js';
import { ConfigurationError } from '../../ports/configuration-error.js';
import type { LogFields, Logger } from '../../ports/logger.js';
import { safeError } from './safe-error.js';
import { terminalLine } from './terminal-line.js';

export interface LoggingSettings {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** An additional log file; a number is inserted before its extension. Null for none. */
  readonly file: string | null;
  /** Bytes at which the file is rotated, approximately. */
  readonly maxSizeBytes: number;
  /** Number of files, including the current one, across restarts. */
  readonly maxFiles: number;
}

/** The console for people and log collectors: JSON lines, or readable lines on a terminal. */
export interface Console {
  readonly fd: number;
  readonly isTerminal: boolean;
}

/**
 * Field names of secrets; values under them are hidden, two levels deep: each further level slows
 * down every line.
 */
const SECRETS = ['password', 'authorization', 'api_key', 'api_keys', 'token', 'secret', 'sha256'];

/** Bytes of lines that wait because the console cannot be written; later lines are dropped. */
const MOST_UNWRITTEN = 1024 * 1024;

type Stream = ReturnType<typeof pino.transport>;

/**
 * A stream into a thread, and its end; the end is awaited from the start, because the thread may
 * end unexpectedly.
 */
interface Thread {
  readonly stream: Stream;
  readonly ended: Promise<void>;
}

/** Structured logs, on standard output and, if configured, in a rotating file. */
export class PinoLogger implements Logger {
  readonly #pino: pino.Logger;
  readonly #threads: readonly Thread[];
  #closed: Promise<void> | null = null;

  /** Throws ConfigurationError if the folder of the file is not writable. */
  constructor(
    { level, file, maxSizeBytes, maxFiles }: LoggingSettings,
    { fd, isTerminal }: Console = { fd: 1, isTerminal: process.stdout.isTTY === true },
  ) {
    const terminal = isTerminal ? readableLines(fd) : null;
    const rotating = file === null ? null : rotatingFile(file, maxSizeBytes, maxFiles);
    this.#threads = [terminal, rotating].flatMap((stream) =>
      stream === null ? [] : [{ stream, ended: endOf(stream) }],
    );
    const output =
      terminal === null
        ? jsonLines(fd)
        : { write: (line: string) => void terminal.write(terminalLine(line)) };
    // A single destination is faster without the multistream.
    const streams = [output, rotating].flatMap((stream) =>
      stream === null ? [] : [{ level: 'trace' as const, stream }],
    );
    this.#pino = pino(
      {
        level,
        base: { service: 'persistence-service', pid: process.pid },
        timestamp: pino.stdTimeFunctions.isoTime,
        // Levels by name. pino refuses this together with `transport.targets`, so the streams are
        // created here.
        formatters: { level: (level) => ({ level }) },
        serializers: { err: (error: unknown) => safeError(error) },
        // JSON escapes: a reader gets the logged text unchanged, and a terminal gets no control
        // sequences.
        hooks: { streamWrite: (line) => escapeControls(line) },
        redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[hidden]' },
      },
      rotating === null ? output : pino.multistream(streams),
    );
  }

  debug(fields: LogFields, message: string): void {
    this.#pino.debug(fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.#pino.info(fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.#pino.warn(fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.#pino.error(fields, message);
  }

  /** Resolves when every line is written; later lines are dropped. Repeatable. */
  close(): Promise<void> {
    // A line for an ended thread would emit an error event and end the process.
    this.#pino.level = 'silent';
    this.#closed ??= this.#endThreads();
    return this.#closed;
  }

  async #endThreads(): Promise<void> {
    for (const { stream, ended } of this.#threads) {
      stream.end();
      await ended;
    }
  }
}

function endOf(stream: Stream): Promise<void> {
  return new Promise((resolve) => stream.once('close', () => resolve()));
}

/**
 * Lines that are written at once, in this thread. A full disk under a redirected output may lose
 * lines, but must not fail the requests and jobs that log them.
 */
function jsonLines(fd: number) {
  const output = pino.destination({ dest: fd, sync: true, maxLength: MOST_UNWRITTEN });
  // What was not written is kept, and the next line tries again.
  output.on('error', () => undefined);
  // A dropped line alone does not try again: without this, nothing would ever be written once as
  // many bytes are kept as may be.
  output.on('drop', () => void output.write(''));
  return output;
}

function readableLines(fd: number): Stream {
  const stream = pino.transport({
    target: 'pino-pretty',
    options: {
      destination: fd,
      ignore: 'pid,service',
      translateTime: 'SYS:HH:MM:ss.l',
      singleLine: true,
    },
  });
  // A terminal that is gone loses lines, but must not end the service.
  stream.on('error', () => undefined);
  return stream;
}

function rotatingFile(file: string, maxSizeBytes: number, maxFiles: number): Stream {
  try {
    mkdirSync(dirname(file), { recursive: true });
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new ConfigurationError(
      `logging.file: the folder of ${file} cannot be written to (${safeError(error).code ?? 'unknown'})`,
    );
  }
  const stream = pino.transport({
    target: 'pino-roll',
    options: {
      file,
      size: `${Math.max(1, Math.ceil(maxSizeBytes / 1024))}k`,
      // The limit counts the files in the folder, including the new one (the documentation of
      // pino-roll says otherwise); the new one exists for certain if it is opened synchronously, in
      // its own thread.
      sync: true,
      // Without `removeOtherLogFiles`, files of earlier runs would stay forever.
      limit: { count: maxFiles, removeOtherLogFiles: true },
    },
  });
  // A full disk may lose lines of the file, but must not end the service.
  stream.once('error', (error: unknown) => {
    process.stderr.write(`logging.file: writing to ${file} failed: ${safeError(error).message}\n`);
    stream.on('error', () => undefined);
  });
  return stream;
}
