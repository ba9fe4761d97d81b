import { expect, it } from 'vitest';
import { PendingCollections } from '../../../../src/application/buffer/pending/pending-collections.js';
import { PendingWrites } from '../../../../src/application/buffer/pending/pending-writes.js';
import { TASKS, taskWrite } from '../../../support/records/writes.js';

it('pending writes of an unknown collection are a bug', () => {
  expect(() => new PendingCollections().of('none')).toThrow('there is no collection none');
});

it('pending writes are not taken by a second flush while one is under way', () => {
  const pending = new PendingWrites(TASKS);
  pending.add([taskWrite('t-1', 1)], [100], 0);
  expect(pending.take(0)).toHaveLength(1);
  expect(() => pending.take(0)).toThrow('already under way');
});
