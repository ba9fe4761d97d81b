import { mkdtempSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LoggingSettings, PinoLogger } from '../../../src/adapters/logging/pino-logger.js';
import { ConfigurationError } from '../../../src/ports/configuration-error.js';

const KiB = 1024;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ps-log-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const aLogger = (settings: Partial<LoggingSettings> = {}, isTerminal = false) =>
  new PinoLogger(
    { level: 'info', file: null, maxSizeBytes: 50 * KiB, maxFiles: 2, ...settings },
    // Left open: pino-pretty closes its output, and a second close could hit another file.
    { fd: openSync(join(folder, 'console'), 'w'), isTerminal },
  );
const consoleText = () => readFileSync(join(folder, 'console'), 'utf8');
const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const logFiles = async () =>
  (await readdir(join(folder, 'logs'))).sort((a, b) => numberOf(a) - numberOf(b));
const numberOf = (name: string) => Number(/\.(\d+)\.log$/.exec(name)?.[1]);
const allLines = async () => {
  const texts = await Promise.all(
    (await logFiles()).map((name) => readFile(join(folder, 'logs', name), 'utf8')),
  );
  return linesOf(texts.join(''));
};

describe('the console', () => {
  it('gets one JSON line per event, with time, level, fields and message', async () => {
    const logger = aLogger();
    logger.info({ records: 3 }, 'flushed');
    logger.warn({}, 'slow');
    await logger.close();
    const [first, second] = linesOf(consoleText());
    expect(first).toMatchObject({
      level: 'info',
      service: 'persistence-service',
      pid: process.pid,
      records: 3,
      msg: 'flushed',
    });
    expect(first?.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(second).toMatchObject({ level: 'warn', msg: 'slow' });
  });

  it('gets readable lines when it is a terminal', async () => {
    const logger = aLogger({}, true);
    logger.info({ records: 3 }, 'flushed');
    await logger.close();
    expect(consoleText()).toMatch(/INFO.*flushed/);
    expect(consoleText()).not.toContain('{"level"');
  });

  it.each(['debug', 'info', 'warn', 'error'] as const)('names the level %s', async (level) => {
    const logger = aLogger({ level: 'debug' });
    logger[level]({}, 'an event');
    await logger.close();
    expect(linesOf(consoleText())).toMatchObject([{ level }]);
  });

  it('gets one line for each event when it is a terminal', async () => {
    const logger = aLogger({}, true);
    const fields = { request_id: 'r-1', method: 'GET', status: 200, key: 'backend' };
    logger.info({ ...fields, nested: { some: ['more'] } }, 'request');
    logger.warn({}, 'slow');
    await logger.close();
    const lines = consoleText().trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/INFO.*request.*r-1.*GET.*200.*backend.*more/);
    expect(lines[1]).toMatch(/WARN.*slow/);
  });

  it.each([
    ['JSON', false],
    ['readable', true],
  ])(
    'gets no control of a terminal in %s lines, and no override of the direction',
    async (_, isTerminal) => {
      const logger = aLogger({}, isTerminal);
      const hostile = 'a\u001b[31mb\u009b2Jc\u202ed\re\nf';
      logger.warn({ id: hostile, deeper: { texts: [hostile] } }, `seen: ${hostile}`);
      logger.error({ err: new Error(hostile) }, 'failed');
      await logger.close();
      const text = consoleText();
      expect(text).not.toContain('\u001b[31m');
      expect(text).not.toMatch(/[\r\u0080-\u009f\u202e]/);
      expect(text).not.toMatch(/^f/m);
      expect(text).toMatch(/seen: a\\u/);
    },
  );

  it('gets JSON with the logged values', async () => {
    const logger = aLogger();
    logger.info({ id: 'a\u009b\u202e\u001b' }, 'seen \u2028');
    await logger.close();
    expect(linesOf(consoleText())).toMatchObject([
      { id: 'a\u009b\u202e\u001b', msg: 'seen \u2028' },
    ]);
  });

  it('gets nothing below the level', async () => {
    const logger = aLogger({ level: 'warn' });
    logger.debug({}, 'a');
    logger.info({}, 'b');
    logger.error({}, 'c');
    await logger.close();
    expect(linesOf(consoleText()).map(({ msg }) => msg)).toEqual(['c']);
  });

  it('gets nothing at all when the level is silent', async () => {
    const logger = aLogger({ level: 'silent' });
    logger.error({}, 'a');
    await logger.close();
    expect(consoleText()).toBe('');
  });
});

describe('secrets and errors', () => {
  it('hides what is logged under the name of a secret, and one level below', async () => {
    const logger = aLogger();
    logger.info(
      {
        password: 'p0',
        database: { password: 'p1', host: 'db' },
        headers: { authorization: 'Bearer p2' },
      },
      'configured',
    );
    await logger.close();
    expect(consoleText()).not.toMatch(/p0|p1|p2/);
    expect(linesOf(consoleText())[0]).toMatchObject({
      password: '[hidden]',
      database: { password: '[hidden]', host: 'db' },
      headers: { authorization: '[hidden]' },
    });
  });

  it.each(['password', 'authorization', 'api_key', 'api_keys', 'token', 'secret', 'sha256'])(
    'treats %s as the name of a secret',
    async (name) => {
      const logger = aLogger();
      logger.info({ [name]: 'hunter2', client: { [name]: 'hunter2' } }, 'a client');
      await logger.close();
      expect(consoleText()).not.toContain('hunter2');
      expect(linesOf(consoleText())[0]).toMatchObject({
        [name]: '[hidden]',
        client: { [name]: '[hidden]' },
      });
    },
  );

  it('serializes an error under err without the statement that it carries', async () => {
    const logger = aLogger();
    const error = Object.assign(new Error("Duplicate entry 'Excalibur' for key 'PRIMARY'"), {
      code: 'ER_DUP_ENTRY',
      errno: 1062,
      sql: "insert into translation_tasks values ('Excalibur')",
    });
    logger.error({ err: error }, 'A flush failed');
    await logger.close();
    expect(consoleText()).not.toMatch(/Excalibur|insert/);
    expect(linesOf(consoleText())[0]?.err).toMatchObject({ code: 'ER_DUP_ENTRY', errno: 1062 });
  });
});

describe('the file', () => {
  const file = () => join(folder, 'logs', 'service.log');

  it('gets the same lines as the console; its folder is created', async () => {
    const logger = aLogger({ file: file(), level: 'debug' });
    logger.debug({ index: -1 }, 'wanted too');
    for (let index = 0; index < 100; index += 1) logger.info({ index }, 'wanted');
    await logger.close();
    expect(await logFiles()).toEqual(['service.1.log']);
    const lines = await allLines();
    expect(lines.map(({ index }) => index)).toEqual(Array.from({ length: 101 }, (_, i) => i - 1));
    expect(lines.map(({ level }) => level)).toEqual(['debug', ...Array(100).fill('info')]);
    expect(lines).toEqual(linesOf(consoleText()));
  });

  it('is rotated by size, and only that many are kept, including the current one and those of earlier runs', async () => {
    await mkdir(join(folder, 'logs'));
    for (const number of [1, 2]) {
      const line = '{"msg":"of an earlier run"}\n';
      await writeFile(join(folder, 'logs', `service.${number}.log`), line);
    }
    const logger = aLogger({ file: file(), maxSizeBytes: KiB, maxFiles: 3 });
    for (let number = 3; number <= 9; number += 1) {
      logger.info({ number, filling: 'x'.repeat(KiB) }, 'fills a file');
      await vi.waitFor(
        async () => {
          expect(await logFiles()).toContain(`service.${number}.log`);
        },
        { interval: 1, timeout: 10_000 },
      );
    }
    const kept = ['service.7.log', 'service.8.log', 'service.9.log'];
    await vi.waitFor(async () => expect(await logFiles()).toEqual(kept), {
      interval: 1,
      timeout: 10_000,
    });
    logger.info({}, 'the last line');
    await logger.close();
    expect(await logFiles()).toEqual(kept);
    expect((await allLines()).at(-1)).toMatchObject({ msg: 'the last line' });
  });

  it('is the only one that is kept if one is configured', async () => {
    const logger = aLogger({ file: file(), maxSizeBytes: KiB, maxFiles: 1 });
    logger.info({ filling: 'x'.repeat(KiB) }, 'fills a file');
    await vi.waitFor(async () => expect(await logFiles()).toEqual(['service.2.log']), {
      interval: 1,
      timeout: 10_000,
    });
    logger.info({}, 'the last line');
    await logger.close();
    expect((await allLines()).map(({ msg }) => msg)).toEqual(['the last line']);
  });

  it('must be in a folder that can be created', async () => {
    await writeFile(join(folder, 'logs'), 'a file, not a folder');
    expect(() => aLogger({ file: file() })).toThrow(ConfigurationError);
    expect(() => aLogger({ file: file() })).toThrow(/logging\.file.*cannot be written to/);
  });

  it('may be closed twice, and drops what is logged afterwards', async () => {
    const logger = aLogger({ file: file() });
    logger.info({}, 'before');
    await logger.close();
    logger.error({}, 'after');
    await logger.close();
    expect((await allLines()).map(({ msg }) => msg)).toEqual(['before']);
    expect(linesOf(consoleText()).map(({ msg }) => msg)).toEqual(['before']);
  });

  it('loses its lines, without stopping the service, if it is not writable', async () => {
    await mkdir(join(folder, 'logs', 'service.1.log'), { recursive: true });
    const complaints = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const logger = aLogger({ file: file() });
    logger.info({}, 'heard');
    await vi.waitFor(() => expect(complaints).toHaveBeenCalled(), { interval: 1, timeout: 10_000 });
    logger.info({}, 'still heard');
    await logger.close();
    expect(complaints.mock.calls).toEqual([
      [expect.stringMatching(/^logging\.file: writing to .*service\.log failed: EISDIR/)],
    ]);
    complaints.mockRestore();
    expect(linesOf(consoleText()).map(({ msg }) => msg)).toEqual(['heard', 'still heard']);
  });
});
