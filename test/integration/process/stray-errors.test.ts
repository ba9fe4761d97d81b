import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ServiceProcess } from '../../support/processes/service-process.js';

const SECRET = 'insert into t values (the words of a client)';
/** An error as a driver throws it: the message and the properties quote the data. */
const FAILURE = `Object.assign(new Error('Failed query: ${SECRET}'), { sql: '${SECRET}' })`;

/** A service in whose process `code` runs on SIGUSR2. */
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

/** Every line that it prints is a log line. */
const linesOf = ({ output }: ServiceProcess) =>
  output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('output of a library that bypasses the log', () => {
  it.each([
    ['an error', `console.error(${FAILURE})`, { level: 'error', msg: 'Output of a library' }],
    ['a text', `console.info('aborted')`, { level: 'info', said: 'aborted' }],
    ['a warning', `process.emitWarning('a leak')`, { level: 'warn', msg: 'A warning of node' }],
  ])('becomes a log line: %s', async (_, code, line) => {
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

describe('an unhandled error', () => {
  it.each([
    ['thrown', `throw ${FAILURE}`],
    ['rejected', `Promise.reject(${FAILURE})`],
  ])('ends the service with 1, and the log has the reason: %s', async (_, code) => {
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
