import { once } from 'node:events';
import pino from 'pino';
import type { LogFields, Logger } from '../../ports/logger.js';
import { safeError } from './safe-error.js';

export interface LoggingSettings {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** A file to write to instead of standard output; null for standard output. */
  readonly file: string | null;
  /** Bytes at which the file is rotated; approximate. */
  readonly maxSizeBytes: number;
  /** Rotated files kept. */
  readonly maxFiles: number;
}

/** Names under which secrets travel; whatever is logged under them is hidden. */
const SECRETS = ['password', 'authorization', 'api_key', 'token', 'secret'];

/** Structured logs: a JSON line each, or readable lines on a terminal, or a rotating file. */
export class PinoLogger implements Logger {
  readonly #pino: pino.Logger;
  readonly #stream: ReturnType<typeof pino.transport> | null;

  constructor(settings: LoggingSettings, isTerminal: boolean = process.stdout.isTTY) {
    this.#stream = transportOf(settings, isTerminal);
    const options: pino.LoggerOptions = {
      level: settings.level,
      base: { service: 'persistence-service', pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => safeError(error) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[hidden]' },
    };
    this.#pino = this.#stream === null ? pino(options) : pino(options, this.#stream);
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

  /** Waits until every line is written; nothing may be logged afterwards. */
  async close(): Promise<void> {
    if (this.#stream === null) return;
    const closed = once(this.#stream, 'close');
    this.#stream.end();
    await closed;
  }
}

function transportOf(settings: LoggingSettings, isTerminal: boolean) {
  const { file, maxSizeBytes, maxFiles } = settings;
  if (file !== null) {
    return pino.transport({
      target: 'pino-roll',
      options: {
        file,
        size: `${Math.max(1, Math.ceil(maxSizeBytes / 1024))}k`,
        limit: { count: maxFiles },
        mkdir: true,
      },
    });
  }
  if (!isTerminal) return null;
  return pino.transport({
    target: 'pino-pretty',
    options: { ignore: 'pid,service', translateTime: 'SYS:HH:MM:ss.l' },
  });
}
