import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import pino from 'pino';
import { escapeControls } from '../../domain/controls.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { LogFields, Logger } from '../../ports/logger.js';
import { safeError } from './safe-error.js';
import { terminalLine } from './terminal-line.js';

export interface LoggingSettings {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** A file to write to as well; a number is put before its extension. Null for none. */
  readonly file: string | null;
  /** Bytes at which the file is rotated; approximate. */
  readonly maxSizeBytes: number;
  /** Files in all, the one in use among them, over restarts too. */
  readonly maxFiles: number;
}

/** Where a person or a collector of logs looks: JSON lines, or readable ones on a terminal. */
export interface Console {
  readonly fd: number;
  readonly isTerminal: boolean;
}

/** Names under which secrets travel; whatever is logged under them is hidden, two levels deep: each more costs every line. */
const SECRETS = ['password', 'authorization', 'api_key', 'api_keys', 'token', 'secret', 'sha256'];

type Stream = ReturnType<typeof pino.transport>;

/** A stream into a thread, and its end: awaited from the beginning, for it may come unasked. */
interface Thread {
  readonly stream: Stream;
  readonly ended: Promise<void>;
}

/** Structured logs, on standard output and, if wanted, in a rotating file. */
export class PinoLogger implements Logger {
  readonly #pino: pino.Logger;
  readonly #threads: readonly Thread[];
  #closed: Promise<void> | null = null;

  /** Throws ConfigurationError when the folder of the file can't be written to. */
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
        ? pino.destination({ dest: fd, sync: true })
        : { write: (line: string) => void terminal.write(terminalLine(line)) };
    // One destination is cheaper without the distributor before it.
    const streams = [output, rotating].flatMap((stream) =>
      stream === null ? [] : [{ level: 'trace' as const, stream }],
    );
    this.#pino = pino(
      {
        level,
        base: { service: 'persistence-service', pid: process.pid },
        timestamp: pino.stdTimeFunctions.isoTime,
        // By name. pino refuses this beside `transport.targets`, which is why the streams are ours.
        formatters: { level: (level) => ({ level }) },
        serializers: { err: (error: unknown) => safeError(error) },
        // Escapes in JSON: whoever reads it gets what was logged, and a terminal gets no commands.
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

  /** Waits until every line is written; what is logged from here on is dropped. Repeatable. */
  close(): Promise<void> {
    // A line for a thread that has ended would be an error event, and the end of the process.
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

function readableLines(fd: number): Stream {
  return pino.transport({
    target: 'pino-pretty',
    options: {
      destination: fd,
      ignore: 'pid,service',
      translateTime: 'SYS:HH:MM:ss.l',
      singleLine: true,
    },
  });
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
      // It counts the files in the folder, the one just begun among them (its own documentation says
      // otherwise); that one is surely there when it was opened synchronously, in its own thread.
      sync: true,
      // Without `removeOtherLogFiles`, files of earlier runs would stay for ever.
      limit: { count: maxFiles, removeOtherLogFiles: true },
    },
  });
  // A full disk must cost the lines in the file, not the service.
  stream.once('error', (error: unknown) => {
    process.stderr.write(`logging.file: writing to ${file} failed: ${safeError(error).message}\n`);
    stream.on('error', () => undefined);
  });
  return stream;
}
