import { expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { causeIn } from '../../../../src/domain/failure-cause.js';
import { failed } from '../../../../src/domain/query.js';
import { anApplication } from '../../../support/application/application.js';
import { aSessionRecord } from '../../../support/records/records.js';

const ALL = { conditions: [], cause: null };

it('work that a collection does not describe is a bug of the caller, and changes nothing', async () => {
  const app = anApplication();
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { status: 'failed' })]);
  const { readProgress, exportRecord, retryFailed, readFailures } = app;
  const of = { fresh: true };
  await expect(readProgress.of(SESSIONS, 's-1', of)).rejects.toThrow('has no parent');
  expect(() => readProgress.ofEach(SESSIONS, ['s-1'], { exact: true })).toThrow('has no parent');
  await expect(exportRecord.open(SESSIONS, 's-1')).rejects.toThrow('are no cells of a file');
  await expect(retryFailed.run(SESSIONS, 's-1', ALL)).rejects.toThrow('has no parent');
  const groups = readFailures.read(SESSIONS, { parentKey: null, limit: 1, fresh: true });
  await expect(groups).rejects.toThrow('says nothing about failures');
  expect(() => causeIn(SESSIONS, {})).toThrow('says nothing about failures');
  expect(await app.queryRecords.find(SESSIONS, 's-1')).toMatchObject({ status: 'failed' });
});

it('nothing of a collection without a status has failed', () => {
  const plain = { ...SESSIONS, status: null };
  expect(failed(plain)).toEqual({ kind: 'one-of', field: 'session_id', values: [] });
});
