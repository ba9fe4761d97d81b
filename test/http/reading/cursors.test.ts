import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { anHttpApp, aSession, aTask, type Page } from '../../support/http/http-app.js';

/** A cursor in the format of the service, with any content: anyone can make one. */
function forged(list: string, field: string, content: string): string {
  const sort = { field, direction: 'asc' };
  return (
    createHash('sha256')
      .update(JSON.stringify([list, [], sort, content]))
      .digest('base64url')
      .slice(0, 12) + Buffer.from(content).toString('base64url')
  );
}

async function anAppWithRecords() {
  const app = anHttpApp();
  const tasks = ['a', 'b', 'c'].map((id, row_index) => aTask(id, { row_index }));
  await app.ok(await app.post('sessions/batch', { sessions: [aSession('s-1'), aSession('s-2')] }));
  await app.ok(await app.post('tasks/batch?ack=stored', { tasks }));
  return app;
}

const NOW = Date.UTC(2026, 10, 24);

describe('a forged cursor', () => {
  it('in the format of the service is accepted, so the others are refused for their content', async () => {
    const app = await anAppWithRecords();
    const cursor = forged('tasks', 'row_index', '[0,"a",2]');
    const page = await app.ok<Page>(
      await app.get(`tasks?sort_by=row_index&order=asc&cursor=${cursor}`),
    );
    expect(page).toMatchObject({ page: 2, items: [{ task_id: 'b' }, { task_id: 'c' }] });
  });

  it.each([
    ['no JSON', 'row_index', 'nonsense'],
    ['nothing', 'row_index', ''],
    ['a number', 'row_index', '1'],
    ['null', 'row_index', 'null'],
    ['an object', 'row_index', '{"0":0,"1":"a","2":2}'],
    ['a list too short', 'row_index', '[0,"a"]'],
    ['a list too long', 'row_index', '[0,"a",2,3]'],
    ['white space', 'row_index', '[0, "a",2]'],
    ['a number in another form', 'row_index', '[0e0,"a",2]'],
    ['minus zero', 'row_index', '[-0,"a",2]'],
    ['null for a number', 'row_index', '[null,"a",2]'],
    ['true for a number', 'row_index', '[true,"a",2]'],
    ['a list for a number', 'row_index', '[[0],"a",2]'],
    ['an object for a number', 'row_index', '[{"sql":"1"},"a",2]'],
    ['a text for a number', 'row_index', '["0","a",2]'],
    ['a fraction', 'row_index', '[0.5,"a",2]'],
    ['an infinite number', 'row_index', '[1e400,"a",2]'],
    ['a number below 0', 'row_index', '[-1,"a",2]'],
    ['a number beyond 32 bit', 'row_index', '[2147483648,"a",2]'],
    ['a time before the year 1000', 'created_at', '[-99999999999999,"a",2]'],
    ['a time after the year 9999', 'created_at', '[9007199254740991,"a",2]'],
    ['a text for a time', 'created_at', '["2026-11-24T12:00:00.000Z","a",2]'],
    ['a number for a text', 'status', '[1,"a",2]'],
    ['null for a text', 'status', '[null,"a",2]'],
    ['a text longer than its field', 'status', `["${'x'.repeat(21)}","a",2]`],
    ['a lone surrogate', 'status', '["\\ud83d","a",2]'],
    ['NUL', 'status', '["\\u0000","a",2]'],
    ['a key that is a number', 'row_index', '[0,1,2]'],
    ['a key that is null', 'row_index', '[0,null,2]'],
    ['a key that is an object', 'row_index', '[0,{},2]'],
    ['a key longer than keys are', 'row_index', `[0,"${'x'.repeat(65)}",2]`],
    ['a key with a lone surrogate', 'row_index', '[0,"\\udc00",2]'],
    ['a page that is a text', 'row_index', '[0,"a","2"]'],
    ['a page that is null', 'row_index', '[0,"a",null]'],
    ['the first page', 'row_index', '[0,"a",1]'],
    ['a page below 0', 'row_index', '[0,"a",-1]'],
    ['half a page', 'row_index', '[0,"a",2.5]'],
    ['an infinite page', 'row_index', '[0,"a",1e400]'],
    ['a page that is not an exact number', 'row_index', '[0,"a",9007199254740993]'],
  ])('with %s in it is refused', async (_, field, content) => {
    const app = await anAppWithRecords();
    const cursor = forged('tasks', field, content);
    const response = await app.get(`tasks?sort_by=${field}&order=asc&cursor=${cursor}`);
    const problem = await app.problem(response);
    expect(problem).toMatchObject({ status: 422, error_code: 'VALIDATION_ERROR' });
    expect(problem.errors).toMatchObject([{ path: 'cursor' }]);
  });

  it.each([
    ['list', 'sessions', 'created_at', `[${NOW},"a",2]`],
    ['sort', 'tasks', 'updated_at', `[${NOW},"a",2]`],
  ])('of another %s is refused', async (_, list, field, content) => {
    const app = await anAppWithRecords();
    const cursor = forged(list, field, content);
    const response = await app.get(`tasks?sort_by=created_at&order=asc&cursor=${cursor}`);
    expect(await app.problem(response)).toMatchObject({
      status: 422,
      errors: [{ path: 'cursor' }],
    });
  });

  it.each([
    ['nothing', ''],
    ['one character', 'A'],
    ['a fingerprint alone', 'AAAAAAAAAAAA'],
    ['no base64url', '%2B%2F%3D%3D'.repeat(10)],
    ['other base64url', Buffer.from('{"page":1}').toString('base64url')],
    ['bytes that are not UTF-8', `AAAAAAAAAAAA${Buffer.from([0xff, 0xfe]).toString('base64url')}`],
    ['many brackets', `AAAAAAAAAAAA${Buffer.from('['.repeat(2900)).toString('base64url')}`],
    ['more than a cursor may have', 'A'.repeat(4001)],
  ])('of %s is refused', async (_, cursor) => {
    const app = await anAppWithRecords();
    const response = await app.get(`tasks?cursor=${cursor}`);
    expect(await app.problem(response)).toMatchObject({
      status: 422,
      errors: [{ path: 'cursor' }],
    });
  });

  it.each([
    ['filter', 'tasks?session_id=s-1', 'tasks?session_id=s-2'],
    ['session', 'sessions/s-1/tasks?', 'sessions/s-2/tasks?'],
    ['status', 'tasks?status=pending', 'tasks?status=failed'],
    ['order', 'tasks?order=asc', 'tasks?order=desc'],
  ])('of the list with another %s is refused', async (_, own, other) => {
    const app = await anAppWithRecords();
    const { next_cursor } = await app.ok<Page>(await app.get(`${own}&page_size=1`));
    expect(next_cursor).not.toBeNull();
    const response = await app.get(`${other}&page_size=1&cursor=${next_cursor}`);
    expect(await app.problem(response)).toMatchObject({ status: 422 });
  });
});
