import { describe, expect, it } from 'vitest';
import { anHttpApp, aSession, aTask } from '../../support/http/http-app.js';

const FIELDS = [
  ['session_id of a session', 'sessions', (id: string) => aSession(id)],
  ['task_id', 'tasks', (id: string) => aTask(id)],
  ['session_id of a task', 'tasks', (id: string) => aTask('t-1', { session_id: id })],
  ['batch_id', 'tasks', (id: string) => aTask('t-1', { batch_id: id })],
] as const;
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));

describe.each(FIELDS)('%s', (_, collection, recordOf) => {
  const post = (id: string) => {
    const app = anHttpApp();
    return app.post(`${collection}/batch`, { [collection]: [recordOf(id)] });
  };

  it.each([
    ['C0 controls', range(0x00, 0x1f)],
    ['DEL and C1 controls', range(0x7f, 0x9f)],
    ['embeddings and overrides of the direction', range(0x202a, 0x202e)],
    ['isolates', range(0x2066, 0x2069)],
  ])('has no %s', async (_name, characters) => {
    for (const character of characters) {
      const { status } = await post(`a${character}b`);
      expect([character, status]).toEqual([character, 422]);
    }
  });

  it.each(['\u200c', '\u200d'])('may have the joiner %j', async (joiner) => {
    expect((await post(`می${joiner}خواهم`)).status).toBe(200);
  });
});
