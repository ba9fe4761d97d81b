import { describe, expect, it } from 'vitest';
import {
  finish,
  type NewTask,
  type PersistenceClient,
  RefusedTasksError,
  resume,
  type SessionToResume,
  type TaskWrite,
  TaskWriter,
} from '../../../clients/typescript/index.js';
import { clientOf } from '../../support/clients/app-client.js';
import { anHttpApp, aSession, aTask } from '../../support/http/http-app.js';

const { status: _, ...session } = aSession() as SessionToResume;
const newTask = (id: string): NewTask => {
  const { session_id, status, ...task } = aTask(id) as TaskWrite;
  return task;
};
const tasks = ['a', 'b', 'c'].map(newTask);
const idsOf = (found: { tasks: Iterable<{ task_id: string }> }) =>
  [...found.tasks].map(({ task_id }) => task_id).sort();
const setStatus = (client: PersistenceClient, status: string, ...ids: string[]) =>
  client.acceptTasks(ids.map((id) => aTask(id, { status })));
/** A client, and the writes and deletes that it sends. */
function aClient(app = anHttpApp()) {
  const sent: string[] = [];
  const { request } = app;
  const client = clientOf({
    request: (method, path, init) => {
      if (/batch|DELETE/.test(`${method} ${path}`)) sent.push(path.split('/').at(-2) ?? '');
      return request(method, path, init);
    },
  });
  return { app, client, sent };
}

describe('resuming a session', () => {
  it('posts an unknown session before its tasks, and returns them', async () => {
    const { client, sent } = aClient();
    const job = await resume(client, session, tasks);
    expect(job).toMatchObject({ sessionId: 's-1', isNew: true, isFinished: false });
    expect(job.session).toMatchObject({ status: 'processing', total_tasks: 3 });
    expect(idsOf(job)).toEqual(['a', 'b', 'c']);
    expect(job.tasks[0]).toMatchObject({ session_id: 's-1', status: 'pending' });
    expect(sent).toEqual(['sessions', 'tasks', 'sessions']);
    expect((await client.listQuarantine()).total).toBe(0);
  });

  it('returns the unfinished tasks of an unfinished session, and posts and reads nothing', async () => {
    const { client, sent } = aClient();
    await resume(client, session, tasks);
    await setStatus(client, 'completed', 'a');
    await setStatus(client, 'translating', 'b');
    const before = [await client.getSession('s-1'), sent.length];
    const job = await resume(client, { ...session, metadata: { run: 2 } }, () => {
      throw new Error('the tasks are not asked for');
    });
    expect(job).toMatchObject({ isNew: false, isFinished: false });
    expect(idsOf(job)).toEqual(['b', 'c']);
    expect([await client.getSession('s-1'), sent.length]).toEqual(before);
  });

  it.each(['completed', 'failed', 'cancelled', 'skipped'])(
    'has nothing to do for a session that is %s, unless it is reopened',
    async (status) => {
      const { client } = aClient();
      await client.acceptSessions([{ ...session, status }]);
      await client.acceptTasks(tasks.map(({ task_id }) => aTask(task_id)));
      const job = await resume(client, session, tasks);
      expect([job.isFinished, idsOf(job)]).toEqual([true, []]);
      expect((await client.getSession('s-1')).status).toBe(status);
      const again = await resume(client, session, undefined, { reopen: true });
      expect([again.isFinished, again.isNew, idsOf(again)]).toEqual([
        false,
        false,
        ['a', 'b', 'c'],
      ]);
      expect((await client.getSession('s-1')).status).toBe('processing');
    },
  );

  it('does not reopen a session without unfinished tasks', async () => {
    const { client } = aClient();
    await resume(client, session, tasks);
    await setStatus(client, 'completed', 'a', 'b', 'c');
    await client.acceptSessions([{ ...session, status: 'completed' }]);
    const job = await resume(client, session, undefined, { reopen: true });
    expect([job.isFinished, idsOf(job)]).toEqual([true, []]);
    expect((await client.getSession('s-1')).status).toBe('completed');
  });

  it('leaves a session as it is that a person ends while it is read', async () => {
    const { app, client } = aClient();
    await resume(client, session, tasks);
    const racing = clientOf({
      request: async (method, path, init) => {
        if (path.includes('/restore/')) {
          await client.acceptSessions([{ ...session, status: 'cancelled' }]);
        }
        return app.request(method, path, init);
      },
    });
    const job = await resume(racing, session, tasks);
    expect([job.isFinished, idsOf(job)]).toEqual([true, []]);
    expect((await client.getSession('s-1')).status).toBe('cancelled');
  });

  it('takes a deleted session as if it had never been there', async () => {
    const { client } = aClient();
    await resume(client, session, tasks);
    await setStatus(client, 'completed', 'a');
    await client.deleteSession('s-1');
    const job = await resume(client, session, tasks);
    expect([job.isNew, idsOf(job)]).toEqual([true, ['a', 'b', 'c']]);
  });

  it('repeats a start that was interrupted before all tasks were sent', async () => {
    const { client } = aClient();
    async function* dying() {
      yield newTask('a');
      await client.flush();
      throw new Error('the program dies');
    }
    await expect(resume(client, session, dying)).rejects.toThrow('dies');
    expect(await client.getSession('s-1')).toMatchObject({ status: 'preparing' });
    const job = await resume(client, session, tasks);
    expect([job.isNew, idsOf(job)]).toEqual([true, ['a', 'b', 'c']]);
    expect(job.session.status).toBe('processing');
  });

  it('leaves a session as preparing whose tasks are refused', async () => {
    const { client } = aClient();
    const some = [newTask('a'), { ...newTask('b'), status: 'Not A Status' }];
    await expect(resume(client, session, some)).rejects.toBeInstanceOf(RefusedTasksError);
    expect(await client.getSession('s-1')).toMatchObject({ status: 'preparing' });
  });

  it('without tasks posts the session only, with the status that it names', async () => {
    const { client } = aClient();
    const job = await resume(client, { ...session, status: 'translating' });
    expect(job).toMatchObject({ isNew: true, tasks: [], session: { status: 'translating' } });
    expect(await resume(client, session)).toMatchObject({ isNew: false, isFinished: false });
  });

  it('lists the tasks that the store refused, and leaves out those whose result it refused', async () => {
    const { app, client } = aClient();
    const job = await resume(client, session, tasks);
    await client.flush();
    for (const id of ['b', 'c']) app.taskStore.refused.add(id);
    const writer = new TaskWriter(client, { ack: 'stored' });
    await writer.complete(job.tasks.find(({ task_id }) => task_id === 'b') as TaskWrite, 'un');
    await expect(writer.close()).rejects.toMatchObject({ refused: [{ inQuarantine: true }] });
    await setStatus(client, 'translating', 'c');
    // Of another session.
    await client.acceptTasks([aTask('z', { session_id: 'none', status: 'completed' })]);
    const again = await resume(client, session, tasks);
    expect(idsOf(again)).toEqual(['a', 'c']);
    expect(again.quarantined.map(({ key }) => key).sort()).toEqual(['b', 'c']);

    await setStatus(client, 'completed', 'a');
    const finished = await finish(client, again);
    expect(finished).toMatchObject({ status: 'processing', unfinished: 2 });
    expect(finished.quarantined).toHaveLength(2);
  });

  it('says that the store does not have a session that was accepted', async () => {
    const { app, client } = aClient();
    app.sessionStore.refused.add('s-1');
    await expect(resume(client, session, tasks)).rejects.toMatchObject({
      name: 'SessionNotStoredError',
      message: expect.stringContaining('session s-1 is not in the store'),
    });
  });

  it.each([
    [{ ...session, status: 'completed' }, tasks, 'status: a session that is completed is not'],
    [{ ...session, status: 'preparing' }, tasks, 'status: a session that is preparing is not'],
    [session, [{ ...newTask('a'), session_id: 's-2' }], 'session_id: s-2 is not s-1'],
  ])('refuses what it would not find again', async (broken, some, message) => {
    const { client } = aClient();
    await expect(resume(client, broken, some)).rejects.toThrow(message);
    expect((await client.listTasks({ fresh: true })).total).toBe(0);
  });
});

describe('finishing a job', () => {
  it('ends the session when all its stored tasks are finished, and counts them', async () => {
    const { client } = aClient();
    const job = await resume(client, session, tasks);
    await setStatus(client, 'completed', 'a', 'b');
    expect(await finish(client, job)).toEqual({
      status: 'processing',
      byStatus: { completed: 2, pending: 1 },
      unfinished: 1,
      missing: 0,
      quarantined: [],
    });
    await setStatus(client, 'completed', 'c');
    expect(await finish(client, job)).toMatchObject({ status: 'completed', unfinished: 0 });
    expect(await client.getSession('s-1')).toMatchObject({
      status: 'completed',
      total_tasks: 3,
      completed_tasks: 3,
      failed_tasks: 0,
    });
  });

  it('ends it as failed if a task failed, until a retry succeeds', async () => {
    const { client } = aClient();
    const job = await resume(client, session, tasks);
    await setStatus(client, 'completed', 'a', 'b');
    await setStatus(client, 'failed', 'c');
    expect(await finish(client, job)).toMatchObject({
      status: 'failed',
      byStatus: { completed: 2, failed: 1 },
    });
    expect(await client.getSession('s-1')).toMatchObject({ status: 'failed', failed_tasks: 1 });
    await client.retrySession('s-1');
    const again = await resume(client, session);
    expect(idsOf(again)).toEqual(['c']);
    await setStatus(client, 'completed', 'c');
    expect(await finish(client, again)).toMatchObject({ status: 'completed' });
  });

  it('leaves a session that a person ended meanwhile, or an earlier run', async () => {
    const { client } = aClient();
    const job = await resume(client, session, tasks);
    await setStatus(client, 'completed', 'a', 'b', 'c');
    await client.acceptSessions([{ ...session, status: 'cancelled' }]);
    const again = await resume(client, session);
    for (const each of [job, again]) {
      expect(await finish(client, each)).toMatchObject({ status: 'cancelled', unfinished: 0 });
    }
    expect((await client.getSession('s-1')).status).toBe('cancelled');
  });

  it('does not create a session again that was deleted meanwhile', async () => {
    const { client } = aClient();
    const job = await resume(client, session, tasks);
    await client.deleteSession('s-1');
    await expect(finish(client, job)).rejects.toMatchObject({ status: 404 });
    expect((await client.listSessions({ fresh: true })).total).toBe(0);
  });
});
