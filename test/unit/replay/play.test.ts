import { describe, expect, it } from 'vitest';
import { play } from '../../../scripts/replay/play.js';
import type { JsonRecord } from '../../../scripts/replay/read-lines.js';
import { survey } from '../../../scripts/replay/survey.js';
import { type VerifyOptions, verify } from '../../../scripts/replay/verify.js';
import { FakeService } from './support/fake-service.js';
import {
  aFinishedSession,
  aFinishedTask,
  NO_PROGRESS,
  STARTED_AT,
  withFiles,
} from './support/job.js';

const SESSIONS = ['a', 'b', 'c'].map((id) => aFinishedSession(id));
const rows = [0, 1, 2, 3, 4];
const GROUPED = ['a', 'b', 'c'].flatMap((id) => rows.map((row) => aFinishedTask(id, row)));
const MIXED = rows.flatMap((row) => ['a', 'b', 'c'].map((id) => aFinishedTask(id, row)));

/** Plays a job; `verified` then reads it back. */
async function playing(service: FakeService, tasks: readonly JsonRecord[]) {
  const withJob = <Result>(use: (job: VerifyOptions) => Promise<Result>) =>
    withFiles(SESSIONS, tasks, async (sessionsFile, tasksFile) =>
      use({
        survey: await survey(sessionsFile, tasksFile),
        tasks: tasksFile,
        startedAt: STARTED_AT,
        progress: NO_PROGRESS,
      }),
    );
  const played = await withJob((job) => play(service, { ...job, batch: 2, clients: 4 }));
  return { played, verified: () => withJob((job) => verify(service, job)) };
}

describe.each([
  ['grouped by session', GROUPED],
  ['mixed', MIXED],
])('playing a job whose tasks come %s', (_, tasks) => {
  it('sends the three states of each task in order, although batches overtake one another', async () => {
    const service = new FakeService();
    await playing(service, tasks);
    expect(service.busiest).toBeGreaterThan(1);
    for (const task of tasks) {
      const states = service.statesOf('tasks', String(task.task_id));
      expect(states.map(({ status }) => status)).toEqual(['pending', 'processing', task.status]);
    }
  });

  it('sends every session before any task, lets its counters grow, and ends in its final state', async () => {
    const service = new FakeService();
    await playing(service, tasks);
    const firstTask = service.sent.findIndex(({ property }) => property === 'tasks');
    const announced = service.sent.slice(0, firstTask).flatMap(({ records }) => records);
    expect(announced.map(({ session_id }) => session_id)).toEqual(['a', 'b', 'c']);
    for (const session of SESSIONS) {
      const states = service.statesOf('sessions', String(session.session_id));
      const done = states.map(
        (state) => Number(state.completed_tasks) + Number(state.failed_tasks),
      );
      expect(done).toEqual([...done].sort((a, b) => a - b));
      expect(states.filter(({ status }) => status === 'completed')).toEqual([states.at(-1)]);
      expect(states.at(-1)).toEqual(session);
    }
  });

  it('reads back equal, in lists and by id', async () => {
    const { played, verified } = await playing(new FakeService(), tasks);
    expect(played.writes).toBeGreaterThan(3 * tasks.length + 2 * SESSIONS.length);
    expect(await verified()).toEqual({
      sessions: 3,
      tasks: 15,
      rows: 18,
      single: 1,
      differences: 0,
      shown: [],
    });
  });
});

describe('verifying a job', () => {
  it('reports a changed field and a missing task', async () => {
    const service = new FakeService();
    const { verified } = await playing(service, GROUPED);
    const task = service.stored.tasks.get('b-2') ?? {};
    service.stored.tasks.set('b-2', { ...task, target_text: '紙の?' });
    service.stored.tasks.delete('c-4');
    expect(await verified()).toMatchObject({
      differences: 2,
      shown: [
        { id: 'b-2', field: 'target_text', sent: '紙の提灯', found: '紙の?' },
        { id: 'c-4', field: '', found: 'nothing' },
      ],
    });
  });

  it('reports every task of a missing session, and shows the first ten differences', async () => {
    const service = new FakeService();
    const { verified } = await playing(service, GROUPED);
    for (const { session_id } of SESSIONS) service.stored.sessions.delete(String(session_id));
    const found = await verified();
    // The first session is also read by its id.
    expect(found.differences).toBe(3 + 15 + 1);
    expect(found.shown).toHaveLength(10);
  });

  it('reports a list whose pages skip or repeat rows', async () => {
    const service = new FakeService();
    const { verified } = await playing(service, GROUPED);
    const read = service.page.bind(service);
    service.page = async (session, cursor) => {
      const page = await read(session, cursor);
      return page !== null && session === 'a' ? { ...page, total: 6 } : page;
    };
    expect((await verified()).shown).toEqual([
      { id: '/sessions/a/tasks', field: 'total', sent: 6, found: '5 rows' },
    ]);
  });

  it('ignores records of other jobs', async () => {
    const service = new FakeService();
    const { verified } = await playing(service, GROUPED);
    service.stored.sessions.set('other', aFinishedSession('other'));
    expect(await verified()).toMatchObject({ sessions: 3, rows: 19, differences: 0 });
  });

  it('plays sessions without tasks to their final state', async () => {
    const service = new FakeService();
    const { verified } = await playing(service, []);
    expect(await verified()).toMatchObject({ sessions: 3, tasks: 0, differences: 0 });
  });
});
