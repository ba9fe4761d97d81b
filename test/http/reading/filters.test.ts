import { describe, expect, it } from 'vitest';
import {
  anHttpApp,
  aSession,
  aTask,
  type HttpTestApp,
  type Page,
  type Problem,
} from '../../support/http/http-app.js';

/** Two sessions, one second apart, with two tasks each. */
async function aStore(): Promise<HttpTestApp> {
  const app = anHttpApp();
  const sessions = [
    aSession('s-1', { llm_provider: 'openai', filename: 'items.xlsx' }),
    aSession('s-2', { llm_provider: 'deepseek', filename: 'quests.xlsx' }),
  ];
  for (const session of sessions) {
    await app.ok(await app.post('sessions/batch', { sessions: [session] }));
    await app.clock.advance(1000);
  }
  const tasks = [
    aTask('a', { session_id: 's-1', column_name: 'zh-CN', source_text: 'a 100% sword' }),
    aTask('b', { session_id: 's-1', column_name: 'de-DE', error_message: 'rate limit: 100%' }),
    aTask('c', { session_id: 's-1', column_name: 'de-DE', context: 'Sword' }),
    aTask('d', { session_id: 's-2', column_name: 'de-DE', target_text: '100% Schwert' }),
  ];
  await app.ok(await app.post('tasks/batch', { tasks }));
  await app.ok(await app.post('flush'));
  return app;
}

describe('a list', () => {
  it.each([
    ['sessions?llm_provider=openai', ['s-1']],
    ['sessions?llm_provider=openai,deepseek', ['s-1', 's-2']],
    ['sessions?llm_provider=OpenAI', []],
    ['sessions?filename=quest', ['s-2']],
    ['tasks?session_id=s-1&column_name=de-DE', ['b', 'c']],
    ['tasks?session_id=s-1&text=100%25', ['a', 'b']],
    ['sessions/s-1/tasks?column_name=de-DE', ['b', 'c']],
    ['sessions/s-1/tasks?text=100%25', ['a', 'b']],
    ['sessions/s-1/tasks?text=Sword', ['c']],
    ['sessions/s-2/tasks?text=100%25', ['d']],
    ['sessions/s-1/tasks?text=100%25&column_name=de-DE', ['b']],
  ])('filtered by %s shows %j', async (path, expected) => {
    const app = await aStore();
    const { items, total } = await app.ok<Page>(await app.get(path));
    const ids = items.map(({ session_id, task_id }) => task_id ?? session_id);
    expect([...ids].sort()).toEqual(expected);
    expect(total).toBe(expected.length);
  });

  it('is filtered by the time of the last change, both ends included', async () => {
    const app = await aStore();
    const { items } = await app.ok<Page>(await app.get('sessions?sort_by=session_id&order=asc'));
    const [first, second] = items.map(({ updated_at }) => String(updated_at));
    await app.clock.advance(5000);
    const changed = aSession('s-1', { filename: 'items.xlsx' });
    await app.ok(await app.post('sessions/batch?ack=stored', { sessions: [changed] }));
    const idsOf = async (query: string) => {
      const page = await app.ok<Page>(await app.get(`sessions?${query}`));
      return page.items.map(({ session_id }) => session_id);
    };
    expect(await idsOf(`updated_from=${first}&updated_to=${second}`)).toEqual(['s-2']);
    expect(await idsOf(`updated_from=${second}&sort_by=updated_at&order=asc`)).toEqual([
      's-2',
      's-1',
    ]);
    expect(await idsOf(`from_date=${first}&to_date=${first}`)).toEqual(['s-1']);
  });

  it('of all tasks refuses a filter that would read the whole store', async () => {
    const app = await aStore();
    const response = await app.get('tasks?text=sword&column_name=de-DE&status=pending');
    expect(response.status).toBe(422);
    expect(((await response.json()) as Problem).errors).toEqual([
      {
        path: 'column_name',
        message: 'is only possible together with session_id',
        value: 'de-DE',
      },
      { path: 'text', message: 'is only possible together with session_id', value: 'sword' },
    ]);
  });

  it.each(['sessions', 'tasks', 'sessions/s-1/tasks'])(
    '%s is sorted by its key, when asked',
    async (path) => {
      const app = await aStore();
      const key = path === 'sessions' ? 'session_id' : 'task_id';
      const page = await app.ok<Page>(await app.get(`${path}?sort_by=${key}&order=asc`));
      const ids = page.items.map((item) => String(item[key]));
      expect(ids).toEqual([...ids].sort());
      expect(ids.length).toBeGreaterThan(1);
    },
  );
});
