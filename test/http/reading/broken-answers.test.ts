import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { StorageUnavailableError } from '../../../src/domain/errors.js';
import { toRecord } from '../../../src/domain/write.js';
import { anHttpApp, BASE } from '../../support/http/http-app.js';
import { served } from '../../support/http/served-app.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';

const CHUNK = 500;

/** An application whose store fails after a few chunks of the tasks of s-1. */
function failingAfter(chunks: number, failure: Error) {
  const app = anHttpApp();
  const task = toRecord(TASKS, taskWrite('t-1', 0));
  async function* tasks() {
    for (let chunk = 0; chunk < chunks; chunk += 1) yield Array<typeof task>(CHUNK).fill(task);
    throw failure;
  }
  const session = toRecord(SESSIONS, sessionWrite('s-1', 0));
  app.readUnfinished.restore = () =>
    Promise.resolve({ record: session, unfinished: () => tasks() });
  return app;
}

function printed() {
  const spies = (['log', 'info', 'warn', 'error'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => undefined),
  );
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return () => spies.flatMap((spy) => spy.mock.calls);
}

describe('a streamed answer that fails in the middle', () => {
  it.each([
    ['in its first pieces', 2],
    ['later', 40],
  ])('is cut off, %s, and is only logged, once', async (_, chunks) => {
    const secret = 'insert into t values (the words of a client)';
    const app = failingAfter(chunks, new StorageUnavailableError('memory', secret));
    const calls = printed();
    const { url, server } = await served(app);
    const gone = new Promise((resolve) => {
      server.on('connection', (socket) => socket.once('close', resolve));
    });
    const answer = fetch(`${url}/recovery/restore/s-1`, { method: 'POST' });
    const text = await answer.then((response) => response.text()).catch((error: unknown) => error);
    expect(text).toBeInstanceOf(Error);
    await gone;
    expect(calls()).toEqual([]);
    const broken = app.logger.lines.filter(({ level }) => level === 'error');
    expect(broken).toMatchObject([
      {
        message: 'An answer was cut off',
        fields: { route: `${BASE}/recovery/restore/{id}`, request_id: expect.any(String) },
      },
    ]);
  });
});
