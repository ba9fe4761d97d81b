import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TaskWrite, TaskWriter, UnsentTasksError } from '../../../clients/typescript/index.js';
import { FakeSink, type Fate } from '../../support/clients/fake-sink.js';
import { FakeWorld, settled } from '../../support/clients/fake-world.js';
import { aTask } from '../../support/http/http-app.js';

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const text = fc.option(fc.string({ maxLength: 60, unit: 'grapheme' }), { nil: null });
const aPut = fc.record({
  kind: fc.constant('put' as const),
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  fields: fc.record({
    status: fc.constantFrom('pending', 'processing', 'completed'),
    target_text: optional(text),
    error_message: optional(text),
    retry_count: optional(fc.nat(9)),
  }),
  awaited: fc.boolean(),
});
const action = fc.oneof(
  { weight: 6, arbitrary: aPut },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), for: fc.nat(3000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('flush' as const) }) },
);
const fates = fc.infiniteStream(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Fate>('accept') },
    { weight: 1, arbitrary: fc.constantFrom<Fate>('away', 'lost') },
  ),
);
const limits = fc.record({
  maxRecords: fc.integer({ min: 1, max: 4 }),
  maxBytes: fc.integer({ min: 200, max: 2000 }),
  maxWaitingRecords: fc.integer({ min: 1, max: 5 }),
  maxWaitingBytes: fc.integer({ min: 200, max: 3000 }),
  maxAge: fc.integer({ min: 0, max: 2000 }),
});

/** It takes its task although it tells of a failure. */
const told = (error: unknown) => {
  if (!(error instanceof UnsentTasksError)) throw error;
};

describe('a task writer, for any history of puts, times, flushes and faults', () => {
  it('leaves in the service the fold of what was put, and never rests while tasks wait', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 40 }),
        fates,
        limits,
        async (actions, fate, options) => {
          const world = new FakeWorld();
          const sink = new FakeSink(world);
          sink.fate = () => fate.next().value;
          const writer = new TaskWriter(sink, options);
          const expected = new Map<string, Record<string, unknown>>();
          const open: Promise<unknown>[] = [];
          const check = () => {
            // A request in flight has a timer in this world, too.
            if (writer.held > 0) expect(world.armed).toBeGreaterThan(0);
            expect(writer.held).toBeLessThanOrEqual(options.maxWaitingRecords);
            expect(sink.mostInFlight).toBeLessThanOrEqual(1);
          };
          for (const each of actions) {
            if (each.kind === 'put') {
              const put = JSON.parse(JSON.stringify(aTask(each.id, each.fields)));
              expected.set(each.id, { ...expected.get(each.id), ...put });
              const taken = writer.put(aTask(each.id, each.fields) as TaskWrite).catch(told);
              if (each.awaited) await world.until(taken);
              else open.push(taken);
            } else if (each.kind === 'pass') await world.pass(each.for);
            else open.push(writer.flush().catch(told));
            await settled();
            check();
          }
          sink.fate = () => 'accept';
          await world.until(Promise.all([...open, writer.close()]));
          expect(Object.fromEntries(sink.stored)).toEqual(Object.fromEntries(expected));
          expect([writer.held, world.armed]).toEqual([0, 0]);
        },
      ),
      { numRuns: 300 },
    ));

  it('has sent everything when it is closed, or throws what is left', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(aPut, { minLength: 1, maxLength: 20 }),
        fates,
        limits,
        async (puts, fate, options) => {
          const world = new FakeWorld();
          const sink = new FakeSink(world);
          sink.fate = () => fate.next().value;
          const writer = new TaskWriter(sink, options);
          const taken = puts.map(({ id, fields }) =>
            writer.put(aTask(id, fields) as TaskWrite).catch(told),
          );
          const error = await world.until(writer.close()).catch((thrown: unknown) => thrown);
          await Promise.all(taken);
          expect(world.armed).toBe(0);
          if (error === undefined) expect(writer.unsent).toEqual([]);
          else {
            expect(error).toBeInstanceOf(UnsentTasksError);
            expect((error as UnsentTasksError).tasks).toEqual(writer.unsent);
          }
        },
      ),
      { numRuns: 200 },
    ));

  it('sends everything without anyone asking', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(aPut, { minLength: 1, maxLength: 20 }),
        fates,
        limits,
        async (puts, fate, options) => {
          const world = new FakeWorld();
          const sink = new FakeSink(world);
          let left = 8;
          sink.fate = () => (left-- > 0 ? fate.next().value : 'accept');
          const writer = new TaskWriter(sink, options);
          const taken = puts.map(({ id, fields }) =>
            writer.put(aTask(id, fields) as TaskWrite).catch(told),
          );
          await world.pass(300_000);
          await Promise.all(taken);
          expect([writer.held, world.armed]).toEqual([0, 0]);
        },
      ),
      { numRuns: 100 },
    ));
});
