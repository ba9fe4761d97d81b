import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Write } from '../../src/domain/write.js';
import type { Journal, JournalEntry } from '../../src/ports/journal.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../support/records/writes.js';

/** An accepted version far in the future. */
const NEWEST = Number.MAX_SAFE_INTEGER;

export interface JournalUnderTest {
  /** Whether entries survive a restart. */
  readonly isDurable: boolean;
  /**
   * A journal that is not open yet; each call returns one that continues where the one before
   * stopped.
   */
  make(): Journal;
  /** The next `make` starts empty. */
  reset(): Promise<void>;
}

/** The contract of every Journal; see ports/journal.ts. */
export function describeJournal(name: string, subject: JournalUnderTest): void {
  describe(`${name} as a journal`, () => {
    let journal: Journal;

    const start = async (): Promise<JournalEntry[]> => {
      journal = subject.make();
      await journal.open();
      const entries: JournalEntry[] = [];
      for await (const entry of journal.replay()) entries.push(entry);
      return entries;
    };
    const restart = async (): Promise<JournalEntry[]> => {
      await journal.close();
      return start();
    };

    beforeEach(async () => {
      await subject.reset();
      await start();
    });
    afterEach(() => journal.close());

    it('has nothing to replay at first', async () => {
      expect(await restart()).toEqual([]);
    });

    it('numbers entries 1, 2, 3, across all collections', async () => {
      expect(await journal.append(TASKS.name, [taskWrite('t-1', 1)])).toBe(1);
      expect(await journal.append(SESSIONS.name, [sessionWrite('s-1', 2)])).toBe(2);
      expect(await journal.append(TASKS.name, [taskWrite('t-2', 3)])).toBe(3);
    });

    it('acknowledges in the order of the calls', async () => {
      const order: number[] = [];
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          journal
            .append(TASKS.name, [taskWrite(`t-${index}`, index)])
            .then((sequence) => order.push(sequence)),
        ),
      );
      expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    });

    it('accepts checkpoints, even the same one twice', async () => {
      const sequence = await journal.append(TASKS.name, [taskWrite('t-1', 1)]);
      await journal.checkpoint(sequence, 1);
      await journal.checkpoint(sequence, 1);
      expect(await restart()).toEqual([]);
    });

    it('has no accepted version at first, and then the greatest of any checkpoint', async () => {
      expect(journal.highWater()).toBe(0);
      await journal.checkpoint(0, NEWEST);
      expect(journal.highWater()).toBe(NEWEST);
      await journal.checkpoint(0, 0);
      expect(journal.highWater()).toBe(NEWEST);
    });

    it('reports that it is writable and undamaged', async () => {
      await journal.append(TASKS.name, [taskWrite('t-1', 1)]);
      expect(journal.status()).toMatchObject({ writable: true, reason: null, damage: [] });
    });

    it('may be closed twice, and without having been opened', async () => {
      await journal.close();
      await journal.close();
      await subject.make().close();
    });

    // A memory journal promises nothing here.
    if (!subject.isDurable) return;
    describe('across a restart', () => {
      const writes: readonly Write[] = [
        taskWrite('t-é', 1, {
          source_text: 'épée 剣 \u{1F5E1} "quoted" \\ \u2028 \u0001',
          target_text: null,
          confidence: 0.1234,
          start_time: -1,
        }),
        {
          ...taskWrite('t-2', 5),
          createdAt: 7,
          olderFields: { target_text: 3, confidence: 4 },
        },
      ];

      it('returns every write unchanged', async () => {
        await journal.append(TASKS.name, writes);
        const session = sessionWrite('s-1', 2, {
          metadata: '{"nested":[1,"two",{"three":null}],"__proto__":true,"2":"漢","1":1}',
        });
        await journal.append(SESSIONS.name, [session]);
        expect(await restart()).toEqual([
          { sequence: 1, collection: TASKS.name, writes },
          { sequence: 2, collection: SESSIONS.name, writes: [session] },
        ]);
      });

      it('replays what came after the checkpoint, each time', async () => {
        for (const key of ['a', 'b', 'c']) await journal.append(TASKS.name, [taskWrite(key, 1)]);
        await journal.checkpoint(2, 2);
        expect((await restart()).map(({ sequence }) => sequence)).toEqual([3]);
        expect((await restart()).map(({ sequence }) => sequence)).toEqual([3]);
      });

      it('keeps the greatest accepted version, even if the checkpoint itself does not advance', async () => {
        const sequence = await journal.append(TASKS.name, [taskWrite('a', 1)]);
        await journal.checkpoint(sequence, NEWEST - 1);
        await journal.checkpoint(sequence, NEWEST);
        expect(await restart()).toEqual([]);
        expect(journal.highWater()).toBe(NEWEST);
        await journal.checkpoint(sequence, 5);
        await restart();
        expect(journal.highWater()).toBe(NEWEST);
      });

      it('continues the numbering, even if everything was stored', async () => {
        for (const key of ['a', 'b']) await journal.append(TASKS.name, [taskWrite(key, 1)]);
        await journal.checkpoint(2, 2);
        await restart();
        expect(await journal.append(TASKS.name, [taskWrite('c', 1)])).toBe(3);
      });

      it('lets entries be appended while older ones are replayed, and does not replay those', async () => {
        for (const key of ['a', 'b']) await journal.append(TASKS.name, [taskWrite(key, 1)]);
        await journal.close();
        journal = subject.make();
        await journal.open();
        const seen: number[] = [];
        for await (const { sequence } of journal.replay()) {
          seen.push(sequence);
          await journal.append(TASKS.name, [taskWrite(`again-${sequence}`, 2)]);
        }
        expect(seen).toEqual([1, 2]);
        expect((await restart()).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
      });

      it('accepts a batch of thousands completely, and others meanwhile', async () => {
        const many = (count: number, name: string) =>
          Array.from({ length: count }, (_, index) => taskWrite(`${name}-${index}`, index));
        const batches = [many(10_000, 'a'), many(1, 'b'), many(2_001, 'c'), many(1_000, 'd')];
        const acknowledged: number[] = [];
        const sequences = await Promise.all(
          batches.map(async (writes) => {
            const sequence = await journal.append(TASKS.name, writes);
            acknowledged.push(sequence);
            return sequence;
          }),
        );
        expect(acknowledged).toEqual([1, 2, 3, 4]);
        const entries = await restart();
        for (const [index, writes] of batches.entries()) {
          expect(entries[(sequences[index] ?? 0) - 1]?.writes).toEqual(writes);
        }
      });

      it('accepts an empty batch and one of many megabytes', async () => {
        const large = [taskWrite('large', 1, { source_text: '剣'.repeat(3_000_000) })];
        await journal.append(TASKS.name, []);
        await journal.append(TASKS.name, large);
        const entries = await restart();
        expect(entries.map(({ writes: [write] }) => write?.key)).toEqual([undefined, 'large']);
        expect(entries[1]?.writes).toEqual(large);
      });
    });
  });
}
