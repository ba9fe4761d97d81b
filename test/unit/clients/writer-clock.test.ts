import { describe, expect, it } from 'vitest';
import { type TaskWrite, TaskWriter } from '../../../clients/typescript/index.js';
import { FakeSink } from '../../support/clients/fake-sink.js';
import { FakeWorld } from '../../support/clients/fake-world.js';
import { aTask } from '../../support/http/http-app.js';

const task = (id: string) => aTask(id) as TaskWrite;

describe('a clock that is set back', () => {
  it('lets no task wait longer than its age', async () => {
    const world = new FakeWorld();
    const sink = new FakeSink(world);
    let offset = 0;
    const jumping = { ...world, now: () => world.now() + offset };
    const { acceptTasks } = sink;
    const writer = new TaskWriter({ acceptTasks, world: jumping }, { maxRecords: 2, maxAge: 1000 });
    for (const id of ['a', 'b', 'c']) await writer.put(task(id));
    // The timer of c is armed when a and b are sent.
    offset = -3_600_000;
    await world.pass(sink.delay + 1000);
    expect(sink.batches).toEqual([['a', 'b'], ['c']]);
  });
});
