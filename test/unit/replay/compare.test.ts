import { describe, expect, it } from 'vitest';
import { differences, expectedSession, expectedTask } from '../../../scripts/replay/compare.js';
import { aFinishedSession, aFinishedTask, STARTED_AT } from './support/job.js';

const times = { created_at: '2026-11-24T09:30:00.000Z', updated_at: '2026-11-24T09:30:01.000Z' };

describe('the expected record', () => {
  it('is the final state of a task, with fields that only earlier states carried', () => {
    const task = aFinishedTask('s', 1);
    expect(expectedTask(task, STARTED_AT)).toEqual({
      ...task,
      start_time: STARTED_AT,
      end_time: null,
    });
  });

  it('keeps a null of the final state, which clears earlier values', () => {
    const task = aFinishedTask('s', 1, { start_time: null, context: null });
    expect(expectedTask(task, STARTED_AT)).toMatchObject({ start_time: null, context: null });
  });

  it('has initial values for fields that no state carried', () => {
    const { game_info, total_tasks, ...session } = aFinishedSession('s');
    expect([game_info, total_tasks]).toEqual([{ name: 'Lanterns 🏮' }, 5]);
    expect(expectedSession(session)).toEqual({ ...session, game_info: null, total_tasks: 0 });
  });

  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.6+02:00', '2026-01-02T01:04:05.600Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
    ['no time', 'no time'],
  ])('has instants in the form of the API: %s', (end_time, answered) => {
    expect(expectedTask(aFinishedTask('s', 1, { end_time }), STARTED_AT).end_time).toBe(answered);
  });

  it('omits fields that the service ignores', () => {
    expect(expectedSession(aFinishedSession('s', times))).not.toHaveProperty('created_at');
  });
});

describe('comparing', () => {
  const expected = expectedSession(aFinishedSession('s'));

  it('finds nothing between equal records, for any times set by the service', () => {
    expect(differences('s', expected, { ...expected, ...times })).toEqual([]);
  });

  it('names the field, the value sent and the value found', () => {
    const found = { ...expected, ...times, status: 'failed', game_info: { name: 'Lanterns ?' } };
    expect(differences('s', expected, found)).toEqual([
      {
        id: 's',
        field: 'game_info',
        sent: { name: 'Lanterns 🏮' },
        found: { name: 'Lanterns ?' },
      },
      { id: 's', field: 'status', sent: 'completed', found: 'failed' },
    ]);
  });

  it('distinguishes null from absent, a number from its text, and orders of names', () => {
    expect(differences('s', { n: null }, { ...times })).toHaveLength(1);
    expect(differences('s', { n: 1 }, { n: '1', ...times })).toHaveLength(1);
    expect(differences('s', { j: { a: 1, b: 2 } }, { j: { b: 2, a: 1 }, ...times })).toHaveLength(
      1,
    );
  });

  it('reports a field that nobody sent', () => {
    expect(differences('s', expected, { ...expected, ...times, version: 7 })).toEqual([
      { id: 's', field: 'version', sent: undefined, found: 7 },
    ]);
  });

  it('reports missing times of the service', () => {
    expect(differences('s', expected, { ...expected, created_at: times.created_at })).toEqual([
      { id: 's', field: 'updated_at', sent: 'a time', found: undefined },
    ]);
  });

  it.each([null, undefined])('reports a missing record: %s', (found) => {
    expect(differences('s', expected, found)).toEqual([
      { id: 's', field: '', sent: 'a record', found: 'nothing' },
    ]);
  });
});
