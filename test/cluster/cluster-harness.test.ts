import { beforeEach, expect, it, vi } from 'vitest';
import type { GaleraNode } from '../support/galera/galera-node.js';
import { aDatabase, describeOnGalera } from '../support/galera/galera-suite.js';

describeOnGalera('a cluster', (cluster) => {
  const [first, second, third] = [0, 1, 2].map((index) => cluster.nodes[index]) as [
    GaleraNode,
    GaleraNode,
    GaleraNode,
  ];
  let database = '';
  const put = (node: GaleraNode, value: number) =>
    node.query(`insert into numbers values (${value})`, database);
  const soonHas = (node: GaleraNode, values: readonly number[]) =>
    vi.waitFor(
      async () => {
        const rows = await node.query('select value from numbers order by value', database);
        expect(rows.map(({ value }) => value)).toEqual(values);
      },
      { timeout: 20_000, interval: 100 },
    );

  beforeEach(async () => {
    await cluster.start();
    database = await aDatabase(cluster);
    await first.query('create table numbers (value int primary key) engine = InnoDB', database);
  });

  it('shows a write of each node on every node', async () => {
    for (const [index, node] of cluster.nodes.entries()) {
      await vi.waitFor(() => put(node, index), { timeout: 5_000 });
    }
    for (const node of cluster.nodes) await soonHas(node, [0, 1, 2]);
  });

  it('goes on with two nodes after the third is killed, and the third comes back equal', async () => {
    await put(first, 1);
    await soonHas(third, [1]);
    await third.kill();
    expect(await third.isSynced()).toBe(false);
    await vi.waitFor(() => put(second, 2), { timeout: 15_000, interval: 200 });
    await third.start();
    await soonHas(third, [1, 2]);
    await put(third, 3);
    await soonHas(first, [1, 2, 3]);
  });

  it('goes on without a node that is frozen, which catches up when it runs again', async () => {
    await put(first, 1);
    await soonHas(third, [1]);
    third.pause();
    try {
      await vi.waitFor(() => put(second, 2), { timeout: 15_000, interval: 200 });
    } finally {
      third.resume();
    }
    await third.synced();
    await soonHas(third, [1, 2]);
  });

  it('refuses every table on a node that has lost the others, but still answers `select 1`', async () => {
    await put(first, 1);
    await soonHas(third, [1]);
    await Promise.all([first.kill(), second.kill()]);
    const refusal = await vi.waitFor(
      async () => {
        const error = await third.query('select value from numbers', database).then(
          () => null,
          (cause: Error) => cause,
        );
        expect(error).not.toBe(null);
        return error;
      },
      { timeout: 15_000, interval: 200 },
    );
    expect(refusal?.cause).toMatchObject({ errno: 1047 });
    expect(await third.query('select 1 as one')).toEqual([{ one: 1 }]);
    await Promise.all([first, second].map((node) => node.start()));
    await cluster.complete();
    for (const node of cluster.nodes) await soonHas(node, [1]);
  });

  it('starts again after all nodes were stopped, and after all were killed', async () => {
    await put(first, 1);
    await Promise.all(cluster.nodes.map((node) => node.stop()));
    await cluster.start();
    await put(second, 2);
    for (const node of cluster.nodes) await soonHas(node, [1, 2]);
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    await cluster.start();
    for (const node of cluster.nodes) await soonHas(node, [1, 2]);
  });
});
