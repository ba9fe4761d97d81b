import { once } from 'node:events';
import fs, { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PinoLogger } from '../../../src/adapters/logging/pino-logger.js';

const KiB = 1024;
const MiB = 1024 * KiB;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ps-console-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** A logger on this console, which stays open: pino-pretty closes its output itself. */
const aLogger = ({ path = join(folder, 'console'), isTerminal = false, file = '' } = {}) =>
  new PinoLogger(
    { level: 'info', file: file === '' ? null : file, maxSizeBytes: MiB, maxFiles: 1 },
    { fd: openSync(path, 'w'), isTerminal },
  );
const consoleText = () => readFileSync(join(folder, 'console'), 'utf8');
const messagesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly msg: string }).msg);

const failWrites = () =>
  vi.spyOn(fs, 'writeSync').mockImplementation(() => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });

describe('a console that cannot be written', () => {
  it('does not disturb the caller, however often it logs', async () => {
    const logger = aLogger({ path: '/dev/full' });
    for (let index = 0; index < 10; index += 1) {
      expect(() => logger.info({ index }, 'unheard')).not.toThrow();
    }
    await logger.close();
  });

  it('does not end the process if it is a terminal', async () => {
    const ended = once(process, 'worker').then(([thread]) => once(thread as Worker, 'exit'));
    const logger = aLogger({ path: '/dev/full', isTerminal: true });
    logger.info({}, 'unheard');
    await ended;
    logger.info({}, 'unheard too');
    await logger.close();
    // A line for an ended thread fails in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('takes no line from the log file', async () => {
    failWrites();
    const logger = aLogger({ file: join(folder, 'logs', 'service.log') });
    logger.info({}, 'first');
    logger.info({}, 'second');
    await logger.close();
    const [name = ''] = readdirSync(join(folder, 'logs'));
    const text = readFileSync(join(folder, 'logs', name), 'utf8');
    expect(messagesOf(text)).toEqual(['first', 'second']);
  });

  it('gets every line once and whole when it can be written again', async () => {
    const write = fs.writeSync;
    const logger = aLogger();
    const failing = failWrites();
    // The disk has room for the beginning of the first line.
    failing.mockImplementationOnce(((fd: number, text: string) =>
      write(fd, text.slice(0, 20))) as typeof fs.writeSync);
    logger.info({}, 'first');
    logger.info({}, 'second');
    failing.mockRestore();
    logger.info({}, 'third');
    await logger.close();
    expect(messagesOf(consoleText())).toEqual(['first', 'second', 'third']);
  });

  it('loses the lines that are more than a mebibyte, and is written again afterwards', async () => {
    const logger = aLogger();
    const failing = failWrites();
    const filling = 'x'.repeat(10 * KiB);
    for (let index = 0; index < 1000; index += 1) logger.info({ filling }, 'too much');
    failing.mockRestore();
    logger.info({ filling }, 'makes room');
    logger.info({ filling }, 'heard');
    await logger.close();
    const heard = messagesOf(consoleText());
    expect(consoleText().length).toBeLessThan(MiB + 11 * KiB);
    expect(heard.length).toBeGreaterThan(50);
    expect(heard.at(-1)).toBe('heard');
  });
});
