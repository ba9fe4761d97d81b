import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryBackend } from '../../../../src/adapters/storage/memory/memory-backend.js';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import { copy, observed } from '../../../support/copying/a-copy.js';
import { anyChange, type Change, StoreUser } from '../../../support/copying/changes.js';
import { contentsOf } from '../../../support/copying/contents.js';
import {
  type ACopy,
  type CopyHistory,
  KNOWN_HISTORIES,
} from '../../../support/copying/known-histories.js';
import { BOTH } from '../../../support/stores/opened-stores.js';

const RUNS = Number(process.env.COPY_RUNS ?? 1000);
const SEED = Number(process.env.COPY_SEED ?? 20_261_129);

const anyCopy: fc.Arbitrary<ACopy> = fc.record({
  during: fc.array(fc.record({ call: fc.integer({ min: 1, max: 25 }), change: anyChange }), {
    maxLength: 6,
  }),
  dies: fc.option(fc.integer({ min: 1, max: 60 })),
  after: fc.array(anyChange, { maxLength: 5 }),
});

async function busyCopy(
  source: MemoryBackend,
  target: MemoryBackend,
  user: StoreUser,
  { during, dies }: ACopy,
): Promise<void> {
  let calls = 0;
  const living = async () => {
    calls += 1;
    if (dies !== null && calls >= dies) throw new StorageUnavailableError('test', 'killed');
  };
  const changing = observed(source, async (call) => {
    await living();
    for (const each of during) if (each.call === call) await user.make(each.change);
  });
  await copy(changing, observed(target, living)).catch((error: unknown) => {
    // A source may have nothing yet.
    if (dies === null && !String(error).includes('is empty')) throw error;
  });
}

it('a copy of any store, stopped anywhere and repeated, ends equal, however the source changed meanwhile', async () => {
  const anyHistory: fc.Arbitrary<CopyHistory> = fc.record({
    before: fc.array(anyChange, { minLength: 1, maxLength: 15 }),
    copies: fc.array(anyCopy, { maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(anyHistory, async ({ before, copies }) => {
      const [source, target] = [new MemoryBackend(BOTH, 'one'), new MemoryBackend(BOTH, 'other')];
      const user = new StoreUser(source);
      for (const change of before) await user.make(change);
      for (const each of copies) {
        await busyCopy(source, target, user, each);
        for (const change of each.after) await user.make(change);
      }
      if ((await source.newestVersion()) === 0) return;
      const report = await copy(source, target);
      expect(await contentsOf(target)).toEqual(await contentsOf(source));
      expect(report).toMatchObject({ outcome: 'equal', different: { count: 0 } });
      expect(report.checksums.source).toBe(report.checksums.target);
      const again = await copy(source, target);
      expect([...again.written.values()].every((records) => records === 0)).toBe(true);
      expect(await contentsOf(target)).toEqual(await contentsOf(source));
    }),
    {
      numRuns: RUNS + KNOWN_HISTORIES.length,
      seed: SEED,
      examples: KNOWN_HISTORIES.map((history): [CopyHistory] => [history]),
    },
  );
}, 300_000);

it('a store that is moved, changed there, and copied back, learns of every change, however late', async () => {
  const someChanges = fc.array(anyChange, { minLength: 1, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(someChanges, someChanges, async (before, after) => {
      const [source, target] = [new MemoryBackend(BOTH, 'one'), new MemoryBackend(BOTH, 'other')];
      await changed(source, before);
      if ((await source.newestVersion()) === 0) return;
      await copy(source, target);
      await changed(target, after);
      await target.dropTombstones(await target.newestVersion());
      expect(await copy(target, source)).toMatchObject({ outcome: 'equal' });
      expect(await contentsOf(source)).toEqual(await contentsOf(target));
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 300_000);

async function changed(store: MemoryBackend, changes: readonly Change[]): Promise<void> {
  const user = new StoreUser(store);
  for (const change of changes) await user.make(change);
}
