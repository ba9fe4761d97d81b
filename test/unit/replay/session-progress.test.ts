import { describe, expect, it } from 'vitest';
import { SessionProgress } from '../../../scripts/replay/session-progress.js';
import type { Survey } from '../../../scripts/replay/survey.js';
import { aFinishedSession, aFinishedTask } from './support/job.js';

const surveyOf = (tasksOf: Readonly<Record<string, number>>): Survey => ({
  sessions: new Map(Object.keys(tasksOf).map((id) => [id, aFinishedSession(id)])),
  tasksOf: new Map(Object.entries(tasksOf)),
  tasks: Object.values(tasksOf).reduce((sum, tasks) => sum + tasks, 0),
});
const tasks = (session: string, ...rows: readonly number[]) =>
  rows.map((row) => aFinishedTask(session, row));

describe('the progress of sessions', () => {
  it('starts with every session in progress and nothing done', () => {
    const states = new SessionProgress(surveyOf({ a: 5, b: 0 })).begin();
    expect(states.map(({ session_id, status }) => [session_id, status])).toEqual([
      ['a', 'processing'],
      ['b', 'processing'],
    ]);
    expect(states[0]).toMatchObject({ completed_tasks: 0, failed_tasks: 0, processing_tasks: 0 });
  });

  it('counts up as tasks finish, and ends in the final state with the last one', () => {
    const progress = new SessionProgress(surveyOf({ a: 5 }));
    progress.started(tasks('a', 0, 1, 2, 3, 4));
    expect(progress.finished(tasks('a', 0, 1))).toEqual([
      expect.objectContaining({
        status: 'processing',
        completed_tasks: 1,
        failed_tasks: 1,
        processing_tasks: 3,
      }),
    ]);
    expect(progress.finished(tasks('a', 2, 3, 4))).toEqual([aFinishedSession('a')]);
    expect(progress.end()).toEqual([]);
  });

  it('returns one state for each session in a batch', () => {
    const progress = new SessionProgress(surveyOf({ a: 5, b: 5, c: 5 }));
    const states = progress.finished([...tasks('a', 1, 2), ...tasks('c', 1)]);
    expect(states.map(({ session_id }) => session_id)).toEqual(['a', 'c']);
  });

  it('ends sessions without tasks, once', () => {
    const progress = new SessionProgress(surveyOf({ a: 0 }));
    progress.begin();
    expect(progress.end()).toEqual([aFinishedSession('a')]);
    expect(progress.end()).toEqual([]);
  });

  it('ignores tasks of sessions that are not part of the job', () => {
    const progress = new SessionProgress(surveyOf({ a: 1 }));
    progress.started(tasks('elsewhere', 1));
    expect(progress.finished(tasks('elsewhere', 1))).toEqual([]);
  });
});
