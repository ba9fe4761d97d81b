import { describe, expect, it } from 'vitest';
import { StorageUnavailableError } from '../../../src/domain/errors.js';
import { toRecord } from '../../../src/domain/write.js';
import { anHttpApp, type HttpTestApp } from '../../support/http/http-app.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';

const PATH = 'recovery/restore/s-1';
const CHUNK = 500;

/** An app whose session s-1 has `chunks` chunks of tasks, and the number of chunks requested. */
function withChunks(chunks: number, failAt = Number.POSITIVE_INFINITY) {
  const app = anHttpApp();
  const seen = { asked: 0, ended: false };
  const task = toRecord(TASKS, taskWrite('t-1', 0));
  async function* tasks() {
    try {
      for (let chunk = 0; chunk < chunks; chunk += 1) {
        seen.asked += 1;
        if (chunk >= failAt) throw new StorageUnavailableError('memory', 'connection lost');
        yield Array.from({ length: CHUNK }, () => task);
      }
    } finally {
      seen.ended = true;
    }
  }
  const session = toRecord(SESSIONS, sessionWrite('s-1', 0));
  app.readUnfinished.restore = () =>
    Promise.resolve({ record: session, unfinished: () => tasks() });
  return { app, seen };
}

async function readerOf(app: HttpTestApp) {
  const { body } = await app.post(PATH);
  if (body === null) throw new Error('the answer has no body');
  return body.getReader();
}

describe('restoring a session', () => {
  it('of 50,000 tasks returns them all, and their number', async () => {
    const { app } = withChunks(100);
    const restored = await app.ok<{ tasks: unknown[]; tasks_count: number }>(await app.post(PATH));
    expect(restored.tasks).toHaveLength(50_000);
    expect(restored.tasks_count).toBe(50_000);
  });

  it('reads tasks no faster than the client', async () => {
    const { app, seen } = withChunks(100);
    const reader = await readerOf(app);
    for (let read = 1; read <= 20; read += 1) {
      await reader.read();
      for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
      expect(seen.asked).toBeLessThan(read + 5);
    }
    await reader.cancel();
  });

  it('stops reading when the client has disconnected', async () => {
    const { app, seen } = withChunks(100);
    const reader = await readerOf(app);
    await reader.read();
    await reader.cancel();
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    expect(seen.ended).toBe(true);
    expect(seen.asked).toBeLessThan(10);
  });

  it('is 503 if the store fails before the first task', async () => {
    const { app } = withChunks(3, 0);
    const problem = await app.problem(await app.post(PATH));
    expect(problem).toMatchObject({ status: 503, error_code: 'STORAGE_UNAVAILABLE' });
  });

  it('is cut off if the store fails later, so that it is not mistaken for complete, and logs why', async () => {
    const { app } = withChunks(5, 2);
    const response = await app.post(PATH);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    const line = app.logger.lines.find(({ message }) => message === 'An answer was cut off');
    expect(line).toMatchObject({
      level: 'error',
      fields: {
        request_id: response.headers.get('x-request-id'),
        route: '/api/v1/translation/recovery/restore/{id}',
        err: { message: 'connection lost' },
      },
    });
  });
});
