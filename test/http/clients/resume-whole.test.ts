import { describe, expect, it } from 'vitest';
import {
  finish,
  type NewTask,
  resume,
  type SessionToResume,
  TasksNotPostedError,
  TasksNotStoredError,
  type TaskWrite,
  UnsentTasksError,
} from '../../../clients/typescript/index.js';
import { clientOf } from '../../support/clients/app-client.js';
import { anHttpApp, aSession, aTask } from '../../support/http/http-app.js';

const { status: _, ...session } = aSession() as SessionToResume;
const newTask = (id: string): NewTask => {
  const { session_id, status, ...task } = aTask(id) as TaskWrite;
  return task;
};
const tasks = ['a', 'b', 'c'].map(newTask);

describe('a session whose tasks were not all posted', () => {
  const preparing = async () => {
    const app = anHttpApp();
    const client = clientOf(app);
    await client.acceptSessions([aSession('s-1', { status: 'preparing' })]);
    await client.acceptTasks([aTask('a')]);
    return { app, client };
  };

  it('is not resumed without its tasks', async () => {
    const { client } = await preparing();
    const error = await resume(client, session).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TasksNotPostedError);
    expect(String(error)).toContain('session s-1');
    expect(String(error)).toContain('call resume with its tasks');
    expect(await client.getSession('s-1')).toMatchObject({ status: 'preparing' });
    expect(await resume(client, session, tasks)).toMatchObject({ isNew: true, posted: 3 });
  });

  it('gives no tasks to a run that finds it prepared again meanwhile', async () => {
    const { app, client } = await preparing();
    await client.acceptSessions([aSession()]);
    const racing = clientOf({
      request: async (method, path, init) => {
        if (path.includes('/restore/'))
          await client.acceptSessions([aSession('s-1', { status: 'preparing' })]);
        return app.request(method, path, init);
      },
    });
    await expect(resume(racing, session)).rejects.toBeInstanceOf(TasksNotPostedError);
  });

  it('is not finished, although all stored tasks are', async () => {
    const { client } = await preparing();
    await client.acceptSessions([aSession()]);
    const job = await resume(client, session);
    await client.acceptTasks([aTask('a', { status: 'completed' })]);
    await client.acceptSessions([aSession('s-1', { status: 'preparing' })]);
    expect(await finish(client, job)).toMatchObject({ status: 'preparing', unfinished: 0 });
    expect(await client.getSession('s-1')).toMatchObject({ status: 'preparing' });
  });
});

describe('a new session', () => {
  it('refuses a task id that is given twice, and names it', async () => {
    const client = clientOf(anHttpApp());
    await expect(resume(client, session, [...tasks, newTask('b')])).rejects.toThrow(
      'task_id: b is given twice',
    );
    expect(await client.getSession('s-1')).toMatchObject({ status: 'preparing' });
    expect(await resume(client, session, tasks)).toMatchObject({ isNew: true });
  });

  it('stays as preparing if the service that is asked has fewer tasks than were posted', async () => {
    const [app, other] = [anHttpApp(), anHttpApp()];
    const balanced = clientOf({
      request: (method, path, init) =>
        (path.includes('/tasks/batch') ? other : app).request(method, path, init),
    });
    const error = await resume(balanced, session, tasks).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TasksNotStoredError);
    expect(error).toMatchObject({ posted: 3, missing: 3 });
    expect(String(error)).toContain('3 of 3 tasks of session s-1');
    const client = clientOf(app);
    expect(await client.getSession('s-1')).toMatchObject({ status: 'preparing' });
    expect(await resume(client, session, tasks)).toMatchObject({ isNew: true, posted: 3 });
  });

  it('counts tasks that the store refused as posted', async () => {
    const app = anHttpApp();
    const client = clientOf(app);
    await client.acceptSessions([aSession('s-2')]);
    await client.acceptTasks([aTask('b', { session_id: 's-2' })]);
    await client.flush();
    app.taskStore.refused.add('c');
    const job = await resume(client, session, [newTask('a'), newTask('c')]);
    expect(job.tasks.map(({ task_id }) => task_id)).toEqual(['a']);
    expect(job.quarantined.map(({ key }) => key)).toEqual(['c']);
  });

  it('is asked once more for its tasks, and its quarantine only if it is needed', async () => {
    const app = anHttpApp();
    const paths: string[] = [];
    const client = clientOf({
      request: (method, path, init) => {
        paths.push(path.split('?')[0]?.split('/').slice(4).join('/') ?? '');
        return app.request(method, path, init);
      },
    });
    await resume(client, session, tasks);
    expect(paths).toEqual([
      'sessions/s-1',
      'sessions/batch',
      'tasks/batch',
      'sessions/s-1/progress',
      'sessions/batch',
      'quarantine',
      'recovery/restore/s-1',
      'quarantine',
    ]);
  });

  it('is not finished while the store has fewer tasks than this run posted', async () => {
    const client = clientOf(anHttpApp());
    const job = await resume(client, session, tasks);
    await client.acceptTasks(['a', 'b', 'c'].map((id) => aTask(id, { status: 'completed' })));
    expect(await finish(client, { ...job, posted: 5 })).toMatchObject({
      status: 'processing',
      unfinished: 0,
      missing: 2,
    });
    expect(await finish(client, job)).toMatchObject({ status: 'completed', missing: 0 });
  });

  it('is worked on although another instance still has it as preparing', async () => {
    const app = anHttpApp();
    const client = clientOf({
      request: async (method, path, init) => {
        const answer = await app.request(method, path, init);
        if (!path.includes('/restore/')) return answer;
        const restored = (await answer.json()) as { session: object };
        const session = { ...restored.session, status: 'preparing' };
        return Response.json({ ...restored, session });
      },
    });
    expect(await resume(client, session, tasks)).toMatchObject({ isNew: true, posted: 3 });
  });

  it('throws what went wrong with its tasks as it is', async () => {
    const app = anHttpApp();
    const client = clientOf(
      {
        request: (method, path, init) => {
          if (path.includes('/tasks/batch')) throw new TypeError('fetch failed');
          return app.request(method, path, init);
        },
      },
      { maxRetries: 0 },
    );
    const error = await resume(client, session, tasks).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnsentTasksError);
    expect((error as UnsentTasksError).tasks).toHaveLength(3);
  });
});

describe('a result that is requeued while the session is restored', () => {
  it('is not in the tasks: it is paid for', async () => {
    const app = anHttpApp();
    const client = clientOf(app);
    await resume(client, session, tasks);
    await client.flush();
    app.taskStore.refused.add('b');
    await client.acceptTasks([aTask('b', { status: 'completed', target_text: 'un' })]);
    await client.flush();
    const racing = clientOf({
      request: async (method, path, init) => {
        const answer = await app.request(method, path, init);
        if (path.includes('/restore/')) {
          app.taskStore.refused.delete('b');
          await client.requeueQuarantine();
        }
        return answer;
      },
    });
    const job = await resume(racing, session);
    expect(job.tasks.map(({ task_id }) => task_id).sort()).toEqual(['a', 'c']);
    expect(await client.getTask('b')).toMatchObject({ status: 'completed' });
  });
});

describe('a new task that is requeued while its session is finished', () => {
  it('keeps the session open for the next run', async () => {
    const app = anHttpApp();
    const client = clientOf(app);
    app.taskStore.refused.add('c');
    await resume(client, session, tasks);
    await client.acceptTasks(['a', 'b'].map((id) => aTask(id, { status: 'completed' })));
    const racing = clientOf({
      request: async (method, path, init) => {
        const answer = await app.request(method, path, init);
        if (path.includes('/progress')) {
          app.taskStore.refused.delete('c');
          await client.requeueQuarantine();
        }
        return answer;
      },
    });
    const finished = await finish(racing, await resume(client, session));
    expect(finished).toMatchObject({ status: 'processing' });
    const job = await resume(client, session);
    expect(job.tasks.map(({ task_id }) => task_id)).toEqual(['c']);
  });
});
