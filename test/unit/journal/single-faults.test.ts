import { describe, expect, it } from 'vitest';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { type DiskCall, FakeDisk, failure, type Survival } from './support/fake-disk.js';
import { aBatch, aJournal, names, namesOf, reopened, replayed } from './support/journals.js';

const CODES = ['EMFILE', 'EACCES', 'ENOSPC', 'EIO'] as const;
const SURVIVALS: readonly Survival[] = [() => 0, (unsynced) => unsynced];
/**
 * After a failed sync the journal stays stopped until a restart; any other failure may be
 * temporary.
 */
const SYNCS: readonly DiskCall[] = ['datasync', 'syncFolder'];

const mayPass = ({ call }: { readonly call: DiskCall | null }) =>
  call === null || !SYNCS.includes(call);

/**
 * Makes one call fail, the `index`th from now on; all others succeed. Returns which call it was.
 */
function failingOnce(disk: FakeDisk, index: number, code: string) {
  const failed: { call: DiskCall | null; path: string } = { call: null, path: '' };
  let left = index;
  disk.before = (call, path) => {
    left -= 1;
    if (left >= 0 || failed.call !== null) return;
    Object.assign(failed, { call, path });
    throw failure(code, path);
  };
  return failed;
}

/** Retries once, like a restart of the service. */
async function twice<Result>(work: () => Promise<Result>): Promise<Result> {
  return work().catch(work);
}

describe.each(CODES)('one call of the disk that fails with %s', (code) => {
  it('leaves the journal consistent and usable, at any call', async () => {
    for (let index = 0; ; index += 1) {
      const disk = new FakeDisk();
      const { journal } = aJournal({ disk, segmentBytes: 500 });
      const failed = failingOnce(disk, index, code);
      const acknowledged = new Map<number, string>();
      const append = async (name: string) => {
        acknowledged.set(await journal.append(TASKS.name, aBatch(name)), name);
      };
      await twice(() => journal.open());
      await replayed(journal);
      for (const name of names(1, 4)) await append(name).catch(() => undefined);
      await journal.checkpoint(2, 20);
      const settled = await journal.settle().then(
        () => true,
        () => false,
      );
      await append('t-5').catch(() => undefined);
      await twice(() => append('t-6')).catch(() => undefined);
      const where = `${failed.call} ${failed.path} (call ${index})`;
      if (mayPass(failed)) expect([...acknowledged.values()], where).toContain('t-6');
      for (const survival of SURVIVALS) {
        const after = await reopened(disk.crash(survival));
        const found = new Map(
          after.entries.map(({ sequence }, at) => [sequence, namesOf(after.entries)[at]]),
        );
        for (const [sequence, name] of acknowledged) {
          if (sequence > 2) expect(found.get(sequence), where).toBe(name);
        }
        if (settled) expect(after.journal.highWater(), where).toBe(20);
        expect(after.journal.status().damage, where).toEqual([]);
      }
      await journal.close().catch(() => undefined);
      expect(disk.openFiles, where).toBe(0);
      if (failed.call === null) {
        expect(index).toBeGreaterThan(40);
        return;
      }
    }
  });
});
