import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ServiceProcess } from '../support/service-process.js';

const SECRET = 'insert into t values (the words of a client)';
/** As a driver throws it: the message and the properties quote what was sent. */
const FAILURE = `Object.assign(new Error('Failed query: ${SECRET}'), { sql: '${SECRET}' })`;

/** A service in whose process `code` runs when it is sent SIGUSR2. */
async function withCode(code: string): Promise<ServiceProcess> {
  const cwd = mkdtempSync(join(tmpdir(), 'ps-stray-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const script = `process.on('SIGUSR2', () => { ${code} })`;
  const service = await ServiceProcess.start({
    cwd,
    env: {},
    nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(script)}`],
  });
  onTestFinished(() => service.kill());
  return service;
}

/** Everything that it prints is lines of the log. */
const linesOf = ({ output }: ServiceProcess) =>
  output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('what a library prints past the log', () => {
  it.each([
    ['an error', `console.error(${FAILURE})`, { level: 'error', msg: 'Output of a library' }],
    ['a text', `console.info('aborted')`, { level: 'info', said: 'aborted' }],
    ['a warning', `process.emitWarning('a leak')`, { level: 'warn', msg: 'A warning of node' }],
  ])('is a line of the log: %s', async (_, code, line) => {
    const service = await withCode(code);
    service.signal('SIGUSR2');
    await vi.waitFor(() => expect(linesOf(service)).toContainEqual(expect.objectContaining(line)), {
      timeout: 10_000,
    });
    expect(service.output).not.toContain(SECRET);
    expect(await service.stop()).toBe(0);
    expect(linesOf(service).at(-1)).toMatchObject({ msg: 'Everything accepted is stored' });
  });
});

describe('an error that nobody handles', () => {
  it.each([
    ['thrown', `throw ${FAILURE}`],
    ['rejected', `Promise.reject(${FAILURE})`],
  ])('ends the service with 1, and the log says why: %s', async (_, code) => {
    const service = await withCode(code);
    service.signal('SIGUSR2');
    expect(await service.exited).toBe(1);
    expect(linesOf(service).at(-1)).toMatchObject({
      level: 'error',
      msg: 'The service ends after an unhandled error',
      err: { message: 'a statement failed' },
    });
    expect(service.output).not.toContain(SECRET);
  });
});
