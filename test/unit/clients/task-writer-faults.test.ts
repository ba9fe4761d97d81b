import { describe, expect, it } from 'vitest';
import {
  type PersistenceClient,
  type TaskWrite,
  TaskWriter,
  UnsentTasksError,
} from '../../../clients/typescript/index.js';
import { apiError, FakeSink } from '../../support/clients/fake-sink.js';
import { FakeWorld } from '../../support/clients/fake-world.js';
import { aTask } from '../../support/http/http-app.js';

type Answer = PersistenceClient['acceptTasks'];
const task = (id: string, fields: Record<string, unknown> = {}) => aTask(id, fields) as TaskWrite;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

/** A writer whose service misbehaves until `heal` is called. */
function ailing(misbehave: () => Promise<unknown>) {
  const world = new FakeWorld();
  const sink = new FakeSink(world);
  let isIll = true;
  const acceptTasks: Answer = (tasks) =>
    isIll ? (misbehave() as ReturnType<Answer>) : sink.acceptTasks(tasks);
  const heal = () => {
    isIll = false;
  };
  return { world, sink, writer: new TaskWriter({ world, acceptTasks }), heal };
}

describe('a task writer that meets what it does not expect', () => {
  it.each([
    ['a refusal without a list', () => Promise.reject(apiError(422, 'X', null as never))],
    ['a refusal with a list of nothing', () => Promise.reject(apiError(422, 'X', [null] as never))],
    ['an error of the program', () => Promise.reject(new TypeError('a bug'))],
    ['nothing', () => Promise.reject(undefined)],
    ['an answer without a body', () => Promise.resolve(undefined)],
    ['a quarantine that is no list', () => Promise.resolve({ quarantined: 7 })],
  ])('keeps the tasks after %s, tells, and sends them later', async (_, misbehave) => {
    const { writer, world, sink, heal } = ailing(misbehave);
    for (const id of ['a', 'b']) await writer.put(task(id));
    const error = await failure(world.until(writer.flush()));
    expect(error).toBeInstanceOf(UnsentTasksError);
    expect((error as UnsentTasksError).tasks).toEqual([task('a'), task('b')]);
    heal();
    await world.until(writer.close());
    expect([...sink.stored.keys()]).toEqual(['a', 'b']);
  });

  it('tells all puts that wait with one list, which does not grow with their number', async () => {
    const { world, sink } = ailing(() => Promise.reject(new TypeError('a bug')));
    sink.fate = () => 'away';
    const writer = new TaskWriter(sink, { maxRecords: 1, maxWaitingRecords: 1 });
    const puts = ['a', 'b', 'c', 'd'].map((id) => failure(writer.put(task(id))));
    const [first, ...others] = (await world.until(Promise.all(puts))) as UnsentTasksError[];
    expect(first).toBeNull();
    expect(others[0]?.tasks.map(({ task_id }) => task_id)).toEqual(['a', 'b', 'c', 'd']);
    for (const { tasks } of others) expect(tasks).toBe(others[0]?.tasks);
    sink.fate = () => 'accept';
    await world.until(writer.close());
    expect([writer.unsent, sink.stored.size]).toEqual([[], 4]);
  });

  it('gives them to who closes it, and sends them if it is flushed after that', async () => {
    const { writer, world, sink, heal } = ailing(() =>
      Promise.reject(apiError(400, 'X', null as never)),
    );
    await writer.put(task('a'));
    const error = await failure(world.until(writer.close()));
    expect(error).toMatchObject({ name: 'UnsentTasksError', tasks: [task('a')] });
    expect(await failure(world.until(writer.flush()))).toBeInstanceOf(UnsentTasksError);
    heal();
    await world.until(writer.flush());
    expect([[...sink.stored.keys()], writer.unsent, world.armed]).toEqual([['a'], [], 0]);
  });
});
