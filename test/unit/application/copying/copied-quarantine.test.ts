import { describe, expect, it } from 'vitest';
import { mergeWrites } from '../../../../src/domain/merge.js';
import { copy } from '../../../support/copying/a-copy.js';
import { aStore, at, NOON } from '../../../support/copying/a-store.js';
import { MS, SESSIONS, sessionWrite, TASKS, taskWrite } from '../../../support/records/writes.js';

describe('a quarantined record of the source', () => {
  const orphan = (version: number) => taskWrite('q-1', version, { session_id: 's-9' });

  it('is not missing in a target that has stored a newer write of it', async () => {
    const { source, target } = await aStore();
    await target.write(SESSIONS, [sessionWrite('s-9', 1)]);
    await target.write(TASKS, [orphan(80 * MS)]);
    const report = await copy(source, target);
    expect(report.outcome).toBe('target_holds_more');
    expect(report.more.first.filter(({ key }) => key === 'q-1')).toMatchObject([
      { what: 'the source has no such record' },
      { what: 'in quarantine: the target has stored it' },
    ]);
    expect(await target.quarantine.count()).toBe(0);
  });

  it('is not missing in a target that has deleted it since', async () => {
    const { source, target } = await aStore();
    await target.write(SESSIONS, [sessionWrite('s-9', 1)]);
    await target.write(TASKS, [orphan(2)]);
    await target.delete(TASKS, 'q-1', at(90 * MS));
    const report = await copy(source, target);
    expect(report.missing.count).toBe(0);
    expect(report.more.first).toContainEqual({
      collection: TASKS.name,
      key: 'q-1',
      what: 'in quarantine: it was deleted in the target',
    });
    expect(await target.read(TASKS, 'q-1')).toBeNull();
    expect(await target.quarantine.count()).toBe(0);
  });

  it('is not missing in a target whose delete covers a part of it', async () => {
    const { source, target } = await aStore();
    const write = mergeWrites(TASKS, orphan(10 * MS), orphan(95 * MS));
    const reason = 'MISSING_PARENT: no';
    await source.quarantine.add(TASKS, [{ write, reason, missingParent: 's-9' }], NOON);
    await target.write(SESSIONS, [sessionWrite('s-9', 1)]);
    await target.delete(SESSIONS, 's-9', at(90 * MS));
    const report = await copy(source, target);
    expect(await target.quarantine.count()).toBe(1);
    expect(report.missing.first).toEqual([]);
  });
});
