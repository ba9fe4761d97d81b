import { describe, expect, it } from 'vitest';
import { resume, type SessionWrite, type TaskWrite } from '../../../clients/typescript/index.js';
import { clientOf } from '../../support/clients/app-client.js';
import { anHttpApp, aSession, aTask } from '../../support/http/http-app.js';

const session = aSession() as SessionWrite;
const tasks = ['a', 'b', 'c'].map((id) => aTask(id)) as TaskWrite[];
const idsOf = (found: Iterable<{ task_id: string }>) =>
  [...found].map(({ task_id }) => task_id).sort();

describe('resuming a session', () => {
  it('posts an unknown session with its tasks, and yields them', async () => {
    const client = clientOf(anHttpApp());
    const job = await resume(client, session, tasks);
    expect(job.found).toBe('new');
    expect(job.session).toMatchObject({ session_id: 's-1', status: 'processing' });
    expect(idsOf(job)).toEqual(['a', 'b', 'c']);
    expect((await client.listQuarantine()).total).toBe(0);
  });

  it('yields the unfinished tasks of an unfinished session, and posts nothing', async () => {
    const client = clientOf(anHttpApp());
    await resume(client, session, tasks);
    await client.acceptTasks([
      aTask('a', { status: 'completed', target_text: 'épée' }),
      aTask('b', { status: 'translating' }),
    ]);
    const before = await client.getSession('s-1');
    const job = await resume(client, { ...session, metadata: { run: 2 } }, () => {
      throw new Error('the tasks are not asked for');
    });
    expect(job.found).toBe('unfinished');
    expect(idsOf(job)).toEqual(['b', 'c']);
    expect(await client.getSession('s-1')).toEqual(before);
    expect(await client.getTask('a')).toMatchObject({ target_text: 'épée' });
  });

  it.each(['completed', 'failed', 'cancelled', 'skipped'])(
    'yields nothing of a session that is %s',
    async (status) => {
      const client = clientOf(anHttpApp());
      await client.acceptSessions([{ ...session, status }]);
      await client.acceptTasks(tasks);
      const job = await resume(client, session, tasks);
      expect([job.found, idsOf(job)]).toEqual(['finished', []]);
      expect(job.session.status).toBe(status);
    },
  );

  it('repeats a start that was interrupted before all tasks were sent', async () => {
    const client = clientOf(anHttpApp());
    async function* dying() {
      yield aTask('a') as TaskWrite;
      await client.flush();
      throw new Error('the program dies');
    }
    await expect(resume(client, session, dying)).rejects.toThrow('dies');
    expect(await client.getSession('s-1')).toMatchObject({ status: 'preparing' });
    const job = await resume(client, session, tasks);
    expect([job.found, idsOf(job)]).toEqual(['new', ['a', 'b', 'c']]);
    expect(job.session.status).toBe('processing');
  });

  it('without tasks posts the session only, and takes any unfinished status for what it is', async () => {
    const client = clientOf(anHttpApp());
    expect(await resume(client, { ...session, status: 'preparing' })).toMatchObject({
      found: 'new',
      tasks: [],
    });
    expect((await resume(client, session)).found).toBe('unfinished');
  });

  it('refuses to begin a session as finished', async () => {
    const client = clientOf(anHttpApp());
    await expect(resume(client, { ...session, status: 'completed' }, tasks)).rejects.toThrow(
      'status: a session that is completed is not worked on',
    );
    expect((await client.listSessions({ fresh: true })).total).toBe(0);
  });
});
