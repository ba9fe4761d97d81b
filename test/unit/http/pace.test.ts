import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InFlightBodyBudget } from '../../../src/adapters/http/body/in-flight-body-budget.js';
import { BUDGET, Pace } from '../../../src/adapters/http/body/pace.js';
import { anHttpApp, aTask } from '../../support/http/http-app.js';

/** Counts the turns of the event loop that pass while `work` is under way. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = async () => {
    for (await setImmediate(); !isOver; await setImmediate()) turns += 1;
  };
  const counted = count();
  await work();
  isOver = true;
  await counted;
  return turns;
}

describe('the pace of the work on a body', () => {
  it('gives the event loop a turn each time that the budget is spent', async () => {
    const pace = new Pace();
    const turns = await turnsDuring(async () => {
      for (let piece = 0; piece < 10; piece += 1) await pace.spend(BUDGET);
    });
    expect(turns).toBeGreaterThanOrEqual(9);
  });

  it('goes on without a turn while the budget lasts', async () => {
    const pace = new Pace();
    const turns = await turnsDuring(async () => {
      for (let piece = 0; piece < 10; piece += 1) await pace.spend(BUDGET / 10);
    });
    expect(turns).toBe(0);
  });

  it('serves another request while a large batch is read', async () => {
    const pauses: number[] = [];
    const app = anHttpApp({}, { workObserver: (units) => pauses.push(units) });
    const tasks = Array.from({ length: 10_000 }, (_, index) => aTask(`t-${index}`));
    const batch = app.post('tasks/batch', { tasks });
    let isAnswered = false;
    const large = batch.then(() => {
      isAnswered = true;
    });
    // So that this one arrives when the work on the batch has begun.
    await setImmediate();
    expect((await app.app.request('/health/live', {}, {})).status).toBe(200);
    expect(isAnswered).toBe(false);
    await large;
    expect(pauses.length).toBeGreaterThan(2);
  });
});

describe('the work on a body', () => {
  const read = async (work: (spend: Pace['spend']) => Promise<unknown>) => {
    const told: number[] = [];
    const bodies = new InFlightBodyBudget(1024, (units) => told.push(units));
    await bodies.share(({ pace }) => work((units) => pace.spend(units))).catch(() => undefined);
    return told;
  };

  it('is told to its observer when the body is read, however small', async () => {
    expect(await read((spend) => spend(5))).toEqual([5]);
  });

  it('is told when the body is refused, up to where it was', async () => {
    const refused = async (spend: Pace['spend']) => {
      await spend(7);
      throw new Error('It is no JSON');
    };
    expect(await read(refused)).toEqual([7]);
  });

  it('is told piece by piece, the last one included', async () => {
    const told = await read(async (spend) => {
      await spend(BUDGET);
      await spend(3);
    });
    expect(told).toEqual([BUDGET, 3]);
  });
});
