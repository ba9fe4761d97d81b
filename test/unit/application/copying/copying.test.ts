import { describe, expect, it } from 'vitest';
import { MemoryBackend } from '../../../../src/adapters/storage/memory/memory-backend.js';
import type { CopyProgress } from '../../../../src/application/copying/copied.js';
import { ConfigurationError } from '../../../../src/ports/configuration-error.js';
import { FaultyBackend } from '../../../support/application/faulty-backend.js';
import { copy } from '../../../support/copying/a-copy.js';
import { aStore, at } from '../../../support/copying/a-store.js';
import { contentsOf } from '../../../support/copying/contents.js';
import { MS, SESSIONS, sessionWrite, TASKS, taskWrite } from '../../../support/records/writes.js';
import { BOTH } from '../../../support/stores/opened-stores.js';

const ALL = { records: 1000, bytes: 1_000_000 };

describe('a copy of a store', () => {
  it('holds every record with its versions and times, the quarantine, and the tombstones', async () => {
    const { source, target } = await aStore();
    const report = await copy(source, target);
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
    expect(report).toMatchObject({
      outcome: 'equal',
      records: new Map([
        [SESSIONS.name, { source: 2, target: 2 }],
        [TASKS.name, { source: 3, target: 3 }],
      ]),
      written: new Map([
        [SESSIONS.name, 2],
        [TASKS.name, 3],
      ]),
      quarantine: { source: 1, target: 1 },
      tombstones: { source: 1, target: 1 },
      missing: { count: 0 },
      more: { count: 0 },
      different: { count: 0 },
    });
    expect(report.checksums.source).toMatch(/^[0-9a-f]{16}$/);
    expect(report.checksums.target).toBe(report.checksums.source);
  });

  it('changes nothing when it is repeated, and catches up with the source', async () => {
    const { source, target } = await aStore();
    await copy(source, target);
    const before = await contentsOf(target);
    expect((await copy(source, target)).written).toEqual(
      new Map([
        [SESSIONS.name, 0],
        [TASKS.name, 0],
      ]),
    );
    expect(await contentsOf(target)).toEqual(before);
    await source.delete(SESSIONS, 's-2', at(20 * MS));
    await source.write(TASKS, [taskWrite('t-1', 30 * MS), taskWrite('t-4', 30 * MS)]);
    const [entry] = await source.quarantine.list(0, ALL);
    await source.quarantine.drop(entry?.id ?? '');
    const report = await copy(source, target);
    expect(report.outcome).toBe('equal');
    expect(report.written.get(TASKS.name)).toBe(2);
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
    expect(await target.read(TASKS, 't-2')).toBeNull();
    expect(await target.quarantine.count()).toBe(0);
  });

  it('takes a record out of quarantine that the source has stored since', async () => {
    const { source, target } = await aStore();
    await copy(source, target);
    const [entry] = await source.quarantine.list(0, ALL);
    await source.write(SESSIONS, [sessionWrite('s-9', 40 * MS)]);
    await source.write(TASKS, entry === undefined ? [] : [entry.write]);
    await source.quarantine.remove(entry === undefined ? [] : [entry]);
    expect((await copy(source, target)).outcome).toBe('equal');
    expect(await target.quarantine.count()).toBe(0);
    expect(await target.read(TASKS, 'q-1')).not.toBeNull();
  });

  it('does not mix a session with the deleted one of the same id', async () => {
    const { source, target } = await aStore();
    await copy(source, target);
    await source.delete(SESSIONS, 's-1', at(50 * MS));
    await source.write(SESSIONS, [sessionWrite('s-1', 60 * MS)]);
    await source.write(TASKS, [taskWrite('t-7', 61 * MS)]);
    expect((await copy(source, target)).outcome).toBe('equal');
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
    expect((await target.read(SESSIONS, 's-1'))?.fields.metadata).toBeUndefined();
  });

  it('keeps the tombstones of the source until the next copy', async () => {
    const { source, target } = await aStore();
    await copy(source, target);
    await source.delete(SESSIONS, 's-2', at(20 * MS));
    await source.dropTombstones(at(1_000_000 * MS));
    await copy(source, target);
    expect(await target.read(SESSIONS, 's-2')).toBeNull();
    expect(await source.dropTombstones(at(1_000_000 * MS))).toMatchObject({
      dropped: 0,
      oldest: { id: 'copy-to-other' },
    });
  });

  it('copied back, learns of what was deleted in the target long ago', async () => {
    const { source, target } = await aStore();
    await copy(source, target);
    await target.delete(SESSIONS, 's-1', at(20 * MS));
    expect(await target.dropTombstones(at(1_000_000 * MS))).toMatchObject({
      dropped: 0,
      oldest: { id: 'copy-to-one' },
    });
    expect((await copy(target, source)).outcome).toBe('equal');
    expect(await source.read(SESSIONS, 's-1')).toBeNull();
    expect(await source.read(TASKS, 't-1')).toBeNull();
  });

  it('copied again, does not bring back what was deleted in the target long ago', async () => {
    const { source, target } = await aStore();
    await copy(source, target);
    await target.delete(SESSIONS, 's-1', at(20 * MS));
    // Nothing else keeps the tombstone.
    const [entry] = await target.quarantine.list(0, ALL);
    await target.quarantine.remove(entry === undefined ? [] : [entry]);
    await target.dropTombstones(at(1_000_000 * MS));
    expect((await copy(source, target)).outcome).toBe('target_holds_more');
    expect(await target.read(SESSIONS, 's-1')).toBeNull();
  });
});

describe('a copy into a store with records of its own', () => {
  it('overwrites nothing newer, and reports what the target has more', async () => {
    const { source, target } = await aStore();
    await target.write(SESSIONS, [sessionWrite('s-1', 90 * MS), sessionWrite('own', 1 * MS)]);
    await target.write(TASKS, [taskWrite('t-1', 80 * MS, { target_text: 'newer' })]);
    await target.delete(SESSIONS, 's-2', at(95 * MS));
    const report = await copy(source, target);
    expect(report.outcome).toBe('target_holds_more');
    expect((await target.read(TASKS, 't-1'))?.fields.target_text).toBe('newer');
    expect(await target.read(SESSIONS, 's-2')).toBeNull();
    const { first } = report.more;
    expect(first.map(({ key, what }) => `${key}: ${what}`).sort()).toEqual([
      'own: the source has no such record',
      's-1: the target has newer values',
      's-2: it was deleted in the target',
      's-2: the source has no such tombstone',
      't-1: the target has newer values',
      't-2: it was deleted in the target',
    ]);
    expect(report.different.first.map(({ key }) => key).sort()).toEqual(['own', 's-1', 's-2']);
    const again = await copy(source, target);
    expect(again.more.count).toBe(6);
  });

  it('keeps a newer task of a session that was deleted in the source, in quarantine', async () => {
    const { source, target } = await aStore();
    await copy(source, target);
    await target.write(TASKS, [taskWrite('own', 200 * MS)]);
    await source.delete(SESSIONS, 's-1', at(100 * MS));
    const report = await copy(source, target);
    expect(report.outcome).toBe('target_holds_more');
    expect(await target.read(SESSIONS, 's-1')).toBeNull();
    expect(await target.quarantine.find(TASKS, ['own'])).toMatchObject([{ parent: 's-1' }]);
  });

  it('names what the target refuses, and copies the rest', async () => {
    const { source, target } = await aStore();
    const faulty = new FaultyBackend(target);
    faulty.refused.add('t-2');
    const report = await copy(source, faulty);
    expect(report.outcome).toBe('incomplete');
    expect(report.refused).toEqual({
      count: 1,
      first: [
        {
          collection: TASKS.name,
          key: 't-2',
          what: 'CONSTRAINT: a value breaks a constraint of the table',
        },
      ],
    });
    expect(report.missing.first).toMatchObject([
      { key: 't-2', what: 'the target has no such record' },
    ]);
    expect(report.different.first).toEqual([{ collection: SESSIONS.name, key: 's-2' }]);
    expect(await target.count(TASKS, [])).toBe(2);
  });

  it('counts everything that the target refuses, and names the first twenty', async () => {
    const { source, target } = await aStore();
    const keys = Array.from({ length: 25 }, (_, index) => `many-${index}`);
    await source.write(
      TASKS,
      keys.map((key) => taskWrite(key, 6 * MS)),
    );
    const faulty = new FaultyBackend(target);
    for (const key of keys) faulty.refused.add(key);
    const { refused } = await copy(source, faulty);
    expect(refused.count).toBe(25);
    expect(refused.first).toHaveLength(20);
  });

  it('names a task that belongs to another session there', async () => {
    const { source, target } = await aStore();
    await target.write(SESSIONS, [sessionWrite('s-2', 1)]);
    await target.write(TASKS, [taskWrite('t-1', 1, { session_id: 's-2' })]);
    const report = await copy(source, target);
    expect(report.refused.first).toMatchObject([
      { key: 't-1', what: expect.stringContaining('SESSION_MISMATCH') },
    ]);
    expect(report.outcome).toBe('incomplete');
  });
});

describe('a copy that cannot run', () => {
  it('refuses an empty source', async () => {
    const run = copy(new MemoryBackend(BOTH, 'one'), new MemoryBackend(BOTH, 'other'));
    await expect(run).rejects.toBeInstanceOf(ConfigurationError);
  });

  it('ends with the reason if a store does not answer, and goes on when it is repeated', async () => {
    const { source, target } = await aStore();
    const faulty = new FaultyBackend(target);
    faulty.losesAnswers = true;
    await expect(copy(source, faulty)).rejects.toThrow('connection lost');
    faulty.losesAnswers = false;
    expect((await copy(source, faulty)).outcome).toBe('equal');
  });
});

it('the progress of a copy counts every record of the source in each phase', async () => {
  const { source, target } = await aStore();
  const seen: (string | number)[] = [];
  const progress: CopyProgress = {
    begin: (phase, total) => seen.push(phase, total),
    step: (records) => seen.push(records),
    end: () => seen.push('end'),
  };
  await copy(source, target, progress);
  expect(seen).toEqual(['copying', 5, 2, 3, 'end', 'comparing', 5, 2, 3, 'end']);
});
