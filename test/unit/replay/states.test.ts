import { describe, expect, it } from 'vitest';
import { sessionInProgress, statesOf } from '../../../scripts/replay/states.js';
import { aFinishedSession, aFinishedTask, STARTED_AT } from './support/job.js';

describe('the states of a task', () => {
  it('are pending, processing, and the state in the file', () => {
    const task = aFinishedTask('s', 1);
    const [pending, processing, final] = statesOf(task, STARTED_AT);
    expect(pending).toMatchObject({ task_id: 's-1', status: 'pending' });
    expect(processing).toMatchObject({ status: 'processing', start_time: STARTED_AT });
    expect(final).toBe(task);
  });

  it('contain no translation before the final state', () => {
    const [pending, processing] = statesOf(aFinishedTask('s', 1), STARTED_AT);
    for (const state of [pending, processing]) {
      expect(state).not.toHaveProperty('target_text');
      expect(state).not.toHaveProperty('confidence');
    }
  });

  it('keep the start time in the file', () => {
    const start_time = '2026-01-02T03:04:05.678Z';
    const [, processing] = statesOf(aFinishedTask('s', 1, { start_time }), STARTED_AT);
    expect(processing.start_time).toBe(start_time);
  });

  it('omit the context if the file omits it', () => {
    const { context, ...task } = aFinishedTask('s', 1);
    expect(context).toBeDefined();
    expect(statesOf(task, STARTED_AT)[0]).not.toHaveProperty('context');
  });
});

describe('a session in progress', () => {
  it('shows the counts so far', () => {
    const counts = { completed: 2, failed: 1, processing: 3 };
    expect(sessionInProgress(aFinishedSession('s'), counts)).toEqual({
      ...aFinishedSession('s'),
      status: 'processing',
      completed_tasks: 2,
      failed_tasks: 1,
      processing_tasks: 3,
    });
  });

  it('never counts beyond its final state, because the store keeps the greater value', () => {
    const counts = { completed: 9, failed: 9, processing: 0 };
    expect(sessionInProgress(aFinishedSession('s'), counts)).toMatchObject({
      completed_tasks: 4,
      failed_tasks: 1,
    });
  });

  it('has no counter that its final state would not overwrite', () => {
    const { completed_tasks, failed_tasks, processing_tasks, ...rest } = aFinishedSession('s');
    expect([completed_tasks, failed_tasks, processing_tasks]).toEqual([4, 1, 0]);
    const counts = { completed: 2, failed: 1, processing: 3 };
    expect(sessionInProgress(rest, counts)).toEqual({ ...rest, status: 'processing' });
  });
});
