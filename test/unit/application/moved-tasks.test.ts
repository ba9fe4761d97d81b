import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/session.js';
import { TASKS } from '../../../src/domain/task.js';
import { anApplication } from '../../support/application.js';
import { expectBalanced } from '../../support/balance.js';
import { aSessionRecord, aTaskRecord } from '../../support/records.js';

describe.each([
  ['one store', false],
  ['a store for each collection', true],
])('a quarantined write of a task that has moved to another session since, in %s', (_, split) => {
  it('is stored when it is tried again, and moves the task nowhere', async () => {
    const application = anApplication({ split });
    const { acceptBatch, buffer, clock, manageQuarantine, queryRecords } = application;
    const store = async (fields: Parameters<typeof aTaskRecord>[1]) => {
      await clock.advance(10);
      await acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', fields)]);
    };
    await acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-1')]);
    await store({});
    await store({ session_id: 'nobody', target_text: 'épée', confidence: 0.1 });
    await store({ confidence: 0.5 });
    expect(manageQuarantine.list(1, 10).total).toBe(1);

    await manageQuarantine.requeue(null);
    await buffer.flush();
    expect(manageQuarantine.list(1, 10).total).toBe(0);
    // It only fills what no later write has set.
    expect(await queryRecords.find(TASKS, 't-1')).toMatchObject({
      session_id: 's-1',
      target_text: 'épée',
      confidence: 0.5,
    });
    expectBalanced(application);
  });
});
