import { expect, it } from 'vitest';
import { MemoryJournal } from '../../src/adapters/journal/memory-journal.js';
import { SESSIONS } from '../../src/domain/collections/sessions.js';
import { TASKS } from '../../src/domain/collections/tasks.js';
import { anApplication } from '../support/application/application.js';
import { aSessionRecord, aTaskRecord } from '../support/records/records.js';
import { sampleWrite } from '../support/records/samples.js';
import { NOTES } from './notes.js';

/** Holds a batch of tasks back until it is told to go on. */
class SlowJournal extends MemoryJournal {
  goOn: () => void = () => undefined;
  isSlow = false;

  override async append(...batch: Parameters<MemoryJournal['append']>): Promise<number> {
    if (this.isSlow && batch[0] === TASKS.name) {
      await new Promise<void>((resolve) => {
        this.goOn = resolve;
      });
    }
    return super.append(...batch);
  }
}

it('a note goes with the session of a task that was still being journaled at the delete', async () => {
  const journal = new SlowJournal();
  const app = anApplication({ journal });
  const { fields } = sampleWrite(NOTES, 'note-1', 0, { task_id: 't-1' });
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1')]);
  await app.acceptBatch.accept(NOTES, [{ key: 'note-1', fields }]);
  await app.buffer.flush();
  expect(await app.countQuarantined.count()).toBe(1);
  journal.isSlow = true;
  const accepting = app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
  await app.deleteRecord.delete(SESSIONS, 's-1');
  journal.goOn();
  await accepting;
  await app.buffer.flush();
  expect(await app.queryRecords.find(TASKS, 't-1')).toBeNull();
  expect(await app.queryRecords.find(NOTES, 'note-1')).toBeNull();
  expect(await app.countQuarantined.count()).toBe(0);
  const { accepted, stored, coalesced, pending, quarantined } = app.buffer.snapshot();
  expect(stored + coalesced + pending + quarantined).toBe(accepted);
});
