import { describe, expect, it } from 'vitest';
import { MemoryBackend } from '../../../src/adapters/storage/memory/memory-backend.js';
import { FakeClock } from '../../support/application/fake-clock.js';
import { FaultyBackend } from '../../support/application/faulty-backend.js';
import { attached, scrape } from './support/metrics-under-test.js';

const aStore = () =>
  new FaultyBackend(new MemoryBackend(['translation_sessions', 'translation_tasks']));

function watching(store: FaultyBackend) {
  const clock = new FakeClock();
  const { metrics } = attached({}, {}, { stores: () => [store], clock });
  return { clock, up: async () => (await scrape(metrics)).get('storage_up{backend="memory"}') };
}

describe('a store in the metrics', () => {
  it('is up while it answers, and otherwise down', async () => {
    const store = aStore();
    const { up } = watching(store);
    expect(await up()).toBe(1);
    store.down = true;
    expect(await up()).toBe(0);
    store.down = false;
    expect(await up()).toBe(1);
  });

  it('that hangs is down after two seconds, and not every scrape asks it again', async () => {
    const store = aStore();
    let asked = 0;
    let answer = () => {};
    store.healthCheck = () => {
      asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const { clock, up } = watching(store);
    const [first, second] = [up(), up()];
    await clock.advance(2000);
    expect([await first, await second]).toEqual([0, 0]);
    expect(asked).toBe(1);
    answer();
    await clock.advance(0);
    const third = up();
    await clock.advance(0);
    answer();
    expect(await third).toBe(1);
    expect(asked).toBe(2);
  });

  it('shows the use of its connections', async () => {
    const store = aStore();
    store.connections = () => ({ inUse: 3, idle: 1, limit: 10, waiting: 2 });
    const { metrics } = attached({}, {}, { stores: () => [store] });
    expect(Object.fromEntries(await scrape(metrics))).toMatchObject({
      'storage_connections{backend="memory",state="in_use"}': 3,
      'storage_connections{backend="memory",state="idle"}': 1,
      'storage_connections_limit{backend="memory"}': 10,
      'storage_waiting_requests{backend="memory"}': 2,
    });
  });

  it('shows its nodes, and the transactions that were repeated', async () => {
    const store = aStore();
    let repeats = 3;
    const health = () => ({ nodes: { usable: 2, all: 3 }, repeats });
    const { metrics } = attached({}, {}, { stores: () => [Object.assign(store, { health })] });
    await scrape(metrics);
    repeats = 5;
    expect(Object.fromEntries(await scrape(metrics))).toMatchObject({
      'storage_nodes{backend="memory",state="usable"}': 2,
      'storage_nodes{backend="memory",state="away"}': 1,
      'storage_repeated_transactions_total{backend="memory"}': 5,
    });
  });

  it('shows no connections if it has none', async () => {
    const { metrics } = attached({}, {}, { stores: () => [aStore()] });
    const names = [...(await scrape(metrics)).keys()];
    expect(names.filter((name) => name.startsWith('storage_'))).toEqual([
      'storage_up{backend="memory"}',
    ]);
  });
});
