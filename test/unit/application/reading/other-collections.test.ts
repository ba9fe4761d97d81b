import { expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { causeIn } from '../../../../src/domain/failure-cause.js';
import { failed } from '../../../../src/domain/query.js';
import { anApplication } from '../../../support/application/application.js';
import { aSessionRecord, aTaskRecord } from '../../../support/records/records.js';

const ALL = { conditions: [], cause: null };

it('work that a collection does not describe is a bug of the caller, and changes nothing', async () => {
  const app = anApplication();
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { status: 'failed' })]);
  const { readProgress, exportRecord, retryFailed, readFailures } = app;
  await app.buffer.flush();
  const of = { exact: true };
  await expect(readProgress.of(SESSIONS, 's-1', of)).rejects.toThrow('has no parent');
  expect(() => readProgress.ofEach(SESSIONS, ['s-1'], { exact: true })).toThrow('has no parent');
  await expect(exportRecord.open(SESSIONS, 's-1')).rejects.toThrow('are no cells of a file');
  await expect(retryFailed.run(SESSIONS, 's-1', ALL)).rejects.toThrow('has no parent');
  const sort = { field: 'created_at', direction: 'asc' } as const;
  const query = { conditions: [], sort, window: { kind: 'page', page: 1, size: 1 } } as const;
  const list = app.queryRecords.listOf(SESSIONS, 's-1', query, of);
  await expect(list).rejects.toThrow('has no parent');
  const restored = await app.readUnfinished.restore(SESSIONS, 's-1');
  expect(() => restored?.unfinished(SESSIONS)).toThrow('does not belong to');
  const groups = readFailures.read(SESSIONS, { parentKey: null, limit: 1 });
  await expect(groups).rejects.toThrow('says nothing about failures');
  expect(() => causeIn(SESSIONS, {})).toThrow('says nothing about failures');
  expect(await app.queryRecords.find(SESSIONS, 's-1')).toMatchObject({ status: 'failed' });
});

it('work on children that state no cell, or no failure, is a bug of the caller', async () => {
  const app = anApplication();
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1')]);
  await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'failed' })]);
  await app.buffer.flush();
  const progress = app.readProgress.of({ ...TASKS, cell: null }, 's-1', { exact: true });
  await expect(progress).rejects.toThrow('has no progress');
  const retry = app.retryFailed.run({ ...TASKS, failure: null }, 's-1', ALL);
  await expect(retry).rejects.toThrow('cannot be retried');
  expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ status: 'failed' });
});

it('nothing of a collection without a status has failed', () => {
  const plain = { ...SESSIONS, status: null };
  expect(failed(plain)).toEqual({ kind: 'one-of', field: 'session_id', values: [] });
});
