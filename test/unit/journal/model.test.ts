import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { newWrite } from '../../../src/domain/write.js';
import { FakeDisk, failure, type Survival } from './support/fake-disk.js';
import { aJournal, namesOf, replayed, type Setup } from './support/journals.js';

const OPTIONS = { segmentBytes: 600, reserveBytes: 64 };

/** The expected state of the journal, according to its answers. */
interface Model {
  /** Names by sequence number. */
  readonly acknowledged: Map<number, string>;
  /** Every name of a started append. */
  readonly attempted: Set<string>;
  checkpoint: number;
  /** The greatest accepted version that was passed on, and the greatest on disk. */
  accepted: number;
  highWater: number;
  /** The greatest sequence number so far. */
  newest: number;
}

type Real = { setup: Setup };

const survivalOf = (choices: readonly number[]): Survival => {
  let next = 0;
  return (unsynced) => {
    next += 1;
    return (choices[next % choices.length] ?? 0) % (unsynced + 1);
  };
};

async function append(model: Model, { setup }: Real, sizes: readonly number[]): Promise<void> {
  await Promise.allSettled(
    sizes.map(async (size) => {
      const name = `b-${model.attempted.size}`;
      model.attempted.add(name);
      const write = newWrite(name, 1, { source_text: 'x'.repeat(size) });
      const sequence = await setup.journal.append(TASKS.name, [write]);
      expect(sequence).toBeGreaterThan(model.newest);
      model.acknowledged.set(sequence, name);
      model.newest = sequence;
    }),
  );
}

async function checkpoint(model: Model, { setup }: Real, share: number): Promise<void> {
  const from = model.checkpoint;
  model.checkpoint = from + Math.floor((model.newest - from) * share);
  model.accepted += 1;
  const { accepted } = model;
  await setup.journal.checkpoint(model.checkpoint, accepted);
  await setup.journal.settle();
  model.highWater = accepted;
}

async function open(model: Model, real: Real, disk: FakeDisk): Promise<void> {
  real.setup = aJournal({ ...OPTIONS, disk });
  await real.setup.journal.open();
  const entries = await replayed(real.setup.journal);
  const found = new Map(entries.map(({ sequence }, index) => [sequence, namesOf(entries)[index]]));
  expect(found.size, 'nothing twice').toBe(entries.length);
  expect([...found.keys()], 'in order').toEqual([...found.keys()].sort((a, b) => a - b));
  expect(new Set(found.values()).size, 'no batch twice').toBe(entries.length);
  for (const name of found.values()) {
    expect(model.attempted.has(name ?? ''), `${name} was appended`).toBe(true);
  }
  for (const [sequence, name] of model.acknowledged) {
    if (sequence > model.checkpoint) expect(found.get(sequence)).toBe(name);
  }
  const highWater = real.setup.journal.highWater();
  expect(highWater).toBeGreaterThanOrEqual(model.highWater);
  expect(highWater).toBeLessThanOrEqual(model.accepted);
  expect(real.setup.journal.status().damage).toEqual([]);
  model.newest = Math.max(model.newest, ...found.keys());
}

type Command = fc.AsyncCommand<Model, Real>;

const command = (label: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => label,
});

const sizes = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 6 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const choices = fc.array(fc.nat(5000), { minLength: 1, maxLength: 8 });

const commands = fc.commands(
  [
    sizes.map((each) => command(`append(${each})`, (model, real) => append(model, real, each))),
    share.map((each) =>
      command(`checkpoint(${each})`, (model, real) => checkpoint(model, real, each)),
    ),
    choices.map((each) =>
      command(`crash(${each})`, (model, real) =>
        open(model, real, real.setup.disk.crash(survivalOf(each))),
      ),
    ),
    fc.tuple(sizes, share, fc.nat(12), choices).map(([batch, done, calls, left]) =>
      command(`crashWithin(${batch}; ${done}; ${calls}; ${left})`, async (model, real) => {
        const { disk } = real.setup;
        let calm = calls;
        disk.before = (_call, path) => {
          calm -= 1;
          if (calm < 0) throw failure('EIO', path);
        };
        await Promise.allSettled([append(model, real, batch), checkpoint(model, real, done)]);
        await open(model, real, disk.crash(survivalOf(left)));
      }),
    ),
    fc.tuple(sizes, fc.nat(1500)).map(([batch, room]) =>
      command(`fullDisk(${batch}; ${room})`, async (model, real) => {
        const { disk } = real.setup;
        disk.capacity = disk.used + room;
        await append(model, real, batch);
        disk.capacity = Number.POSITIVE_INFINITY;
      }),
    ),
    fc.constant(
      command('restart', async (model, real) => {
        await real.setup.journal.close();
        await open(model, real, real.setup.disk);
      }),
    ),
  ],
  { maxCommands: 30 },
);

describe('the journal, after any operations and faults', () => {
  it('replays everything acknowledged and not stored, in order, once, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (each) => {
        const setup = async () => {
          const model: Model = {
            acknowledged: new Map(),
            attempted: new Set(),
            checkpoint: 0,
            accepted: 0,
            highWater: 0,
            newest: 0,
          };
          const real: Real = { setup: aJournal({ ...OPTIONS, disk: new FakeDisk() }) };
          await open(model, real, real.setup.disk);
          return { model, real };
        };
        const { model, real } = await setup();
        await fc.asyncModelRun(() => ({ model, real }), each);
        await open(
          model,
          real,
          real.setup.disk.crash(() => 0),
        );
      }),
      { numRuns: 300 },
    );
  });
});
