import { describe, expect, it, vi } from 'vitest';
import {
  RefusedTasksError,
  type TaskWrite,
  TaskWriter,
  UnexpectedAnswerError,
  UnsentTasksError,
  type WriterOptions,
} from '../../../clients/typescript/index.js';
import { apiError, FakeSink } from '../../support/clients/fake-sink.js';
import { FakeWorld, settled } from '../../support/clients/fake-world.js';
import { aTask } from '../../support/http/http-app.js';

function aWriter(options: WriterOptions = {}) {
  const world = new FakeWorld();
  const sink = new FakeSink(world);
  return { world, sink, writer: new TaskWriter(sink, options) };
}
const task = (id: string, fields: Record<string, unknown> = {}) => aTask(id, fields) as TaskWrite;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('a task writer', () => {
  it('sends a batch when it is full, and does not wait for its age', async () => {
    const { writer, sink, world } = aWriter({ maxRecords: 3 });
    for (const id of ['a', 'b', 'c', 'd']) await writer.put(task(id));
    await settled();
    expect(sink.batches).toEqual([['a', 'b', 'c']]);
    expect(world.elapsed).toBe(0);
    expect(writer.held).toBe(4);
  });

  it('sends a batch that has enough bytes, and never more in one request', async () => {
    const { writer, sink, world } = aWriter({ maxBytes: 2000 });
    const source_text = '剑'.repeat(200); // 600 bytes
    for (const id of ['a', 'b', 'c', 'd', 'e']) await writer.put(task(id, { source_text }));
    await world.until(writer.close());
    expect(sink.batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('sends a task alone that is larger than a batch', async () => {
    const { writer, sink, world } = aWriter({ maxBytes: 500, maxWaitingBytes: 500 });
    await writer.put(task('a'));
    const large = writer.put(task('large', { source_text: 'x'.repeat(1000) }));
    await world.until(large);
    await world.until(writer.close());
    expect(sink.batches).toEqual([['a'], ['large']]);
  });

  it('sends a task that is old enough, and none before', async () => {
    const { writer, sink, world } = aWriter({ maxAge: 1000 });
    await writer.put(task('a'));
    await world.pass(600);
    await writer.put(task('b'));
    await world.pass(399);
    expect(sink.batches).toEqual([]);
    await world.pass(1);
    expect(sink.batches).toEqual([['a', 'b']]);
  });

  it('merges writes of a task in their order: absent keeps, null clears', async () => {
    const { writer, sink, world } = aWriter();
    await writer.put(task('a', { context: 'menu', target_text: 'epee', retry_count: 2 }));
    await writer.put(
      task('a', { status: 'completed', target_text: 'épée', retry_count: undefined }),
    );
    await writer.put(task('a', { status: 'failed', context: null }));
    await world.until(writer.flush());
    expect(sink.batches).toEqual([['a']]);
    expect(sink.stored.get('a')).toEqual(
      aTask('a', { status: 'failed', context: null, target_text: 'épée', retry_count: 2 }),
    );
  });

  it('sends what a task was when it was put', async () => {
    const { writer, sink, world } = aWriter();
    const mine = { ...aTask('a') };
    await writer.put(mine);
    mine.status = 'completed';
    await world.until(writer.flush());
    expect(sink.stored.get('a')).toMatchObject({ status: 'pending' });
  });

  it('counts what stands around the tasks into the bytes of a request', async () => {
    const bytes = JSON.stringify(aTask('a')).length;
    for (const [more, batches] of [
      ['{"tasks":[,,]}'.length, [['a', 'b']]],
      ['{"tasks":[,,]}'.length - 1, [['a'], ['b']]],
    ] as const) {
      const { writer, sink, world } = aWriter({ maxBytes: 2 * bytes + more });
      for (const id of ['a', 'b']) await writer.put(task(id));
      await world.until(writer.close());
      expect(sink.batches).toEqual(batches);
    }
  });

  it('has these limits if none are given: 100 tasks or 4 MiB in a batch, 1,000 or 32 MiB waiting', async () => {
    const small = aWriter();
    const all = Array.from({ length: 1100 }, (_, index) => small.writer.put(task(`${index}`)));
    await settled();
    expect([small.sink.batches[0]?.length, small.writer.held]).toEqual([100, 1000]);
    await small.world.until(Promise.all([...all, small.writer.close()]));
    const large = aWriter();
    const source_text = 'x'.repeat(2 ** 20 - 1000);
    const texts = Array.from({ length: 40 }, (_, index) =>
      large.writer.put(task(`${index}`, { source_text })),
    );
    await settled();
    expect([large.sink.batches[0]?.length, large.writer.held]).toEqual([4, 32]);
    await large.world.until(Promise.all([...texts, large.writer.close()]));
  });

  it('completes and fails a task with what changes and what is required, no more', async () => {
    const { writer, sink, world } = aWriter();
    const read = { ...task('a', { context: 'read', target_text: 'old' }), created_at: 'before' };
    await writer.complete(read, 'épée', { confidence: 0.5 });
    await writer.fail({ ...read, task_id: 'b' }, new Error('rate limit reached'));
    await writer.fail({ ...read, task_id: 'c' }, new TypeError());
    await writer.fail({ ...read, task_id: 'd' }, 'a text', { duration_ms: 7 });
    await world.until(writer.close());
    const { context, target_text, ...required } = read;
    const { created_at, ...sent } = required;
    const error = (task_id: string, error_message: string) =>
      ({ ...sent, task_id, status: 'failed', error_message }) as const;
    expect([...sink.stored.values()]).toEqual([
      { ...sent, status: 'completed', target_text: 'épée', error_message: null, confidence: 0.5 },
      error('b', 'rate limit reached'),
      error('c', 'TypeError'),
      { ...error('d', 'a text'), duration_ms: 7 },
    ]);
    const { source_text, ...broken } = task('e');
    await expect(writer.complete(broken as TaskWrite, 'x')).rejects.toThrow(
      'task: e has no source_text',
    );
  });

  it('never has two requests in flight', async () => {
    const { writer, sink, world } = aWriter({ maxRecords: 2 });
    for (let index = 0; index < 9; index += 1) await writer.put(task(`${index}`));
    await world.until(Promise.all([writer.flush(), writer.flush(), writer.close()]));
    expect(sink.mostInFlight).toBe(1);
    expect(sink.stored.size).toBe(9);
  });

  it('lets put wait while it is full, and takes waiting puts in their order', async () => {
    const { writer, sink, world } = aWriter({ maxRecords: 2, maxWaitingRecords: 3 });
    const taken: string[] = [];
    const put = (id: string, status: string) =>
      writer.put(task(id, { status })).then(() => taken.push(`${id} ${status}`));
    const all = ['a', 'b', 'c', 'd', 'e'].map((id) => put(id, 'pending'));
    // It would fit, but may not overtake the earlier write of the same task.
    all.push(put('d', 'completed'));
    await settled();
    expect(taken).toEqual(['a pending', 'b pending', 'c pending']);
    expect(writer.held).toBe(3);
    await world.until(Promise.all(all));
    expect(taken.slice(3)).toEqual(['d pending', 'e pending', 'd completed']);
    await world.until(writer.close());
    expect(sink.stored.get('d')).toMatchObject({ status: 'completed' });
  });

  it('sends everything at the end of `await using`, and takes nothing more', async () => {
    const { writer, sink, world } = aWriter();
    const block = async () => {
      await using mine = writer;
      await mine.put(task('a'));
    };
    await world.until(block());
    expect([...sink.stored.keys()]).toEqual(['a']);
    await expect(writer.put(task('b'))).rejects.toThrow('the writer is closed');
    expect(world.armed).toBe(0);
  });

  it('with flushEach returns when the task is acknowledged, and batches what comes meanwhile', async () => {
    const { writer, sink, world } = aWriter({ flushEach: true });
    const first = writer.put(task('a'));
    await settled();
    const others = [writer.put(task('b')), writer.put(task('c'))];
    await world.until(first);
    expect([...sink.stored.keys()]).toEqual(['a']);
    await world.until(Promise.all(others));
    expect(sink.batches).toEqual([['a'], ['b', 'c']]);
    expect(world.elapsed).toBe(2 * sink.delay);
    expect(writer.held).toBe(0);
  });

  it('refuses a task at once that it would send as something else', async () => {
    const { writer } = aWriter();
    await expect(writer.put(task('a', { start_time: '2026-11-29 12:00' }))).rejects.toThrow(
      'has no time zone',
    );
    await writer.put(task('a'));
    await expect(writer.put(task('a', { session_id: 's-2' }))).rejects.toThrow(
      'task a belongs to session s-1, and is put for s-2',
    );
    expect(writer.held).toBe(1);
  });

  it.each([
    [{ maxRecords: 0 }, 'maxRecords: expected a number from 1 to 10000'],
    [{ maxRecords: 10_001 }, 'maxRecords'],
    [{ maxBytes: 33 * 2 ** 20 }, 'maxBytes'],
    [{ maxAge: -1 }, 'maxAge'],
  ])('has limits within those of the service: %j', (options, message) => {
    expect(() => aWriter(options)).toThrow(message);
  });
});

describe('a task writer whose service is away', () => {
  it('keeps the tasks, and sends them with their later states when it is back', async () => {
    const { writer, sink, world } = aWriter({ maxRecords: 2 });
    sink.fate = () => 'away';
    for (const id of ['a', 'b', 'c']) await writer.put(task(id));
    await world.pass(100);
    expect(writer.held).toBe(3);
    const told = await failure(writer.put(task('a', { status: 'completed' })));
    expect(told).toBeInstanceOf(UnsentTasksError);
    sink.fate = () => 'accept';
    await world.pass(60_000);
    expect(writer.held).toBe(0);
    expect(sink.stored.get('a')).toMatchObject({ status: 'completed' });
  });

  it('tries again after 1, 2, 4, 8, 16, and then 30 seconds each', async () => {
    const { writer, sink, world } = aWriter({ maxRecords: 1 });
    const at: number[] = [];
    sink.delay = 0;
    sink.fate = () => {
      at.push(world.elapsed / 1000);
      return 'away';
    };
    await writer.put(task('a'));
    await world.pass(100_000);
    expect(at).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
  });

  it.each([
    [60, 60_000],
    [86_400, 300_000],
  ])(
    'tries again after %i seconds if the service says so, and after 300 at most',
    async (retryAfter, pause) => {
      const world = new FakeWorld();
      const at: number[] = [];
      const acceptTasks = async () => {
        at.push(world.elapsed);
        throw apiError(503, 'BUFFER_FULL', [], retryAfter);
      };
      await new TaskWriter({ world, acceptTasks }, { maxRecords: 1 }).put(task('a'));
      await world.pass(pause);
      expect(at).toEqual([0, pause]);
    },
  );

  it('tells the next put, which takes its task, and each failure once', async () => {
    const { writer, sink, world } = aWriter({ maxRecords: 1 });
    sink.fate = () => 'away';
    await writer.put(task('a'));
    await world.pass(100);
    const error = await failure(writer.put(task('b')));
    expect(error).toBeInstanceOf(UnsentTasksError);
    expect(error).toMatchObject({
      tasks: [task('a'), task('b')],
      cause: { name: 'NoAnswerError' },
    });
    await writer.put(task('c'));
    expect(writer.unsent).toEqual([task('a'), task('b'), task('c')]);
    sink.fate = () => 'accept';
    await world.until(writer.close());
    expect([...sink.stored.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('tells a put that waits for room, and keeps its task', async () => {
    const { writer, sink, world } = aWriter({ maxRecords: 1, maxWaitingRecords: 1 });
    sink.fate = () => 'away';
    await writer.put(task('a'));
    const error = await failure(world.until(writer.put(task('b'))));
    expect(error).toMatchObject({ name: 'UnsentTasksError', tasks: [task('a'), task('b')] });
    sink.fate = () => 'accept';
    await world.pass(60_000);
    expect([...sink.stored.keys()]).toEqual(['a', 'b']);
  });

  it('tells flush, and keeps the tasks', async () => {
    const { writer, sink, world } = aWriter();
    sink.fate = () => 'away';
    await writer.put(task('a'));
    expect(await failure(world.until(writer.flush()))).toMatchObject({
      name: 'UnsentTasksError',
      message: '1 tasks are not sent: no answer from http://service: refused',
      tasks: [task('a')],
    });
    sink.fate = () => 'accept';
    await world.until(writer.close());
    expect([...sink.stored.keys()]).toEqual(['a']);
  });

  it('gives the unsent tasks to who closes it, those that wait for room included', async () => {
    const { writer, sink, world } = aWriter({ maxRecords: 1, maxWaitingRecords: 2 });
    sink.fate = () => 'away';
    const puts = ['a', 'b', 'c'].map((id) => failure(writer.put(task(id))));
    const error = await failure(world.until(writer.close()));
    expect(error).toBeInstanceOf(UnsentTasksError);
    expect((error as UnsentTasksError).tasks.map(({ task_id }) => task_id)).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(writer.unsent).toEqual((error as UnsentTasksError).tasks);
    expect(await Promise.all(puts)).toEqual([null, null, expect.any(UnsentTasksError)]);
    expect(world.armed).toBe(0);
  });

  it('ends at once when its signal is aborted', async () => {
    const controller = new AbortController();
    const { writer, sink, world } = aWriter({ maxWaitingRecords: 1, signal: controller.signal });
    sink.fate = () => 'away';
    sink.delay = 1000;
    await writer.put(task('a'));
    const waits = failure(writer.put(task('b')));
    await world.pass(100);
    const reason = new Error('stopped');
    controller.abort(reason);
    expect(await waits).toBe(reason);
    await world.pass(1000);
    expect(world.armed).toBe(0);
    await expect(writer.put(task('c'))).rejects.toBe(reason);
    const error = (await failure(world.until(writer.close()))) as UnsentTasksError;
    expect(error.tasks.map(({ task_id }) => task_id)).toEqual(['a', 'b']);
  });
});

describe('a task writer whose tasks are refused', () => {
  it('sends the others, and throws the refused ones with their reasons', async () => {
    const { writer, sink, world } = aWriter();
    for (const id of ['a', 'b', 'c', 'd']) {
      await writer.put(task(id, { status: 'bd'.includes(id) ? 'BAD' : 'pending' }));
    }
    const error = (await failure(world.until(writer.close()))) as RefusedTasksError;
    expect(error).toBeInstanceOf(RefusedTasksError);
    expect(error.refused.map(({ task: { task_id }, reason }) => [task_id, reason])).toEqual([
      ['b', 'status: expected lower case'],
      ['d', 'status: expected lower case'],
    ]);
    expect(error.cause).toMatchObject({ status: 422, requestId: 'r-1' });
    expect([...sink.stored.keys()]).toEqual(['a', 'c']);
  });

  it('finds all of them, although an answer names at most 100', async () => {
    const { writer, world, sink } = aWriter();
    for (let index = 0; index < 301; index += 1) {
      await writer.put(task(`${index}`, { status: index === 0 ? 'pending' : 'BAD' }));
    }
    const error = (await failure(world.until(writer.close()))) as RefusedTasksError;
    expect(error.refused).toHaveLength(300);
    expect([...sink.stored.keys()]).toEqual(['0']);
  });

  it('throws them from the next put, which takes its task, and only once', async () => {
    const { writer, world, sink } = aWriter({ maxRecords: 1 });
    await writer.put(task('bad', { status: 'BAD' }));
    await world.pass(50);
    expect(await failure(writer.put(task('good')))).toBeInstanceOf(RefusedTasksError);
    await world.until(writer.close());
    expect([...sink.stored.keys()]).toEqual(['good']);
  });

  it('with flushEach throws a refusal from the put of that task', async () => {
    const { writer, world } = aWriter({ flushEach: true, maxRecords: 3 });
    const puts = [
      writer.put(task('first')),
      writer.put(task('bad', { status: 'BAD' })),
      writer.put(task('good')),
    ].map(failure);
    expect(await world.until(Promise.all(puts))).toEqual([
      null,
      expect.any(RefusedTasksError),
      null,
    ]);
  });

  it('finds the one by halves where the answer does not name it', async () => {
    const { writer, world, sink } = aWriter();
    const { acceptTasks } = sink;
    const picky = {
      world,
      acceptTasks: async (tasks: readonly TaskWrite[]) => {
        if (tasks.some(({ task_id }) => task_id === '5')) throw apiError(413, 'PAYLOAD_TOO_LARGE');
        return acceptTasks(tasks);
      },
    };
    const halving = new TaskWriter(picky);
    for (let index = 0; index < 8; index += 1) await halving.put(task(`${index}`));
    const error = (await failure(world.until(halving.close()))) as RefusedTasksError;
    expect(error.refused.map(({ task: { task_id } }) => task_id)).toEqual(['5']);
    expect([...sink.stored.keys()]).toEqual(['0', '1', '2', '3', '4', '6', '7']);
    await writer.close();
  });

  it.each([401, 403, 404, 415, 421])(
    'keeps all where %i refuses the request itself',
    async (status) => {
      const world = new FakeWorld();
      const acceptTasks = vi.fn().mockRejectedValue(apiError(status, 'X'));
      const writer = new TaskWriter({ world, acceptTasks });
      await writer.put(task('a'));
      await writer.put(task('b'));
      const error = (await failure(world.until(writer.close()))) as UnsentTasksError;
      expect(error).toBeInstanceOf(UnsentTasksError);
      expect(error.tasks.map(({ task_id }) => task_id)).toEqual(['a', 'b']);
      expect(error.cause).toMatchObject({ status });
      expect(acceptTasks).toHaveBeenCalledOnce();
    },
  );

  it.each([
    [409, ['[1].session_id'], 'session_id: is bad'],
    [409, ['tasks[1].session_id'], 'session_id: is bad'],
    [422, ['tasks[1].status', 'tasks[1]', 'tasks[9].x'], 'status: is bad; is bad'],
    [400, [], 'why'],
  ])('takes out what %i names as %j, and sends the others', async (status, paths, reason) => {
    const { world, sink } = aWriter();
    const errors = paths.map((path) => ({ path, message: 'is bad' }));
    const acceptTasks = async (tasks: readonly TaskWrite[]) => {
      if (tasks.some(({ task_id }) => task_id === 'b')) throw apiError(status, 'X', errors);
      return sink.acceptTasks(tasks);
    };
    const writer = new TaskWriter({ world, acceptTasks });
    for (const id of ['a', 'b', 'c']) await writer.put(task(id));
    const error = (await failure(world.until(writer.close()))) as RefusedTasksError;
    expect(error.refused).toEqual([{ task: task('b'), reason, inQuarantine: false }]);
    expect([...sink.stored.keys()]).toEqual(['a', 'c']);
  });

  it('sends in halves what is too large for a proxy', async () => {
    const page = { status: 413, contentType: 'text/html', text: '<html>' };
    const found = { ...page, location: null, retryAfter: null };
    const tooLarge = new UnexpectedAnswerError(found, 'http://service', 'JSON');
    const { world, sink } = aWriter();
    const acceptTasks = async (tasks: readonly TaskWrite[]) => {
      if (tasks.length > 1) throw tooLarge;
      return sink.acceptTasks(tasks);
    };
    const writer = new TaskWriter({ world, acceptTasks });
    for (const id of ['a', 'b', 'c']) await writer.put(task(id));
    await world.until(writer.close());
    expect([...sink.stored.keys()]).toEqual(['a', 'b', 'c']);
  });
});
