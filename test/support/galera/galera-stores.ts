import { onTestFinished, vi } from 'vitest';
import type { MysqlBackend } from '../../../src/adapters/storage/mysql/mysql-backend.js';
import type { Write } from '../../../src/domain/write.js';
import { TABLES } from '../../contracts/storage/store-under-test.js';
import { mysqlBackendOn } from '../stores/mysql-under-test.js';
import type { GaleraNodes } from './galera-cluster.js';
import { aDatabase } from './galera-suite.js';

const COLLECTIONS = ['translation_sessions', 'translation_tasks'] as const;

/** One open store per node, all on the same new database; closed and dropped with the test. */
export async function storesOn(cluster: GaleraNodes) {
  await cluster.start();
  const database = await aDatabase(cluster);
  const stores: MysqlBackend[] = [];
  for (const index of cluster.nodes.keys()) {
    // Named locks are not shared: a node must have the tables before its store looks for them.
    await settled(cluster);
    const store = mysqlBackendOn(cluster.urlOf(index, database), COLLECTIONS);
    onTestFinished(() => store.close());
    await store.open();
    stores.push(store);
  }
  const [first, second, third] = stores as [MysqlBackend, MysqlBackend, MysqlBackend];
  return { database, first, second, third };
}

/** Waits until every node has applied what all nodes have committed so far. */
export async function settled(cluster: GaleraNodes): Promise<void> {
  const committed = await Promise.all(cluster.nodes.map(lastCommitted));
  const newest = Math.max(...committed);
  for (const node of cluster.nodes) {
    await vi.waitFor(
      async () => {
        if ((await lastCommitted(node)) < newest) throw new Error('a node is behind');
      },
      { timeout: 20_000, interval: 20 },
    );
  }
}

async function lastCommitted(node: GaleraNodes['nodes'][number]): Promise<number> {
  const [row] = await node.query("show status like 'wsrep_last_committed'");
  return Number(row?.Value);
}

/** The rows of every table on every node, once all have applied everything. */
export async function contents(cluster: GaleraNodes, database: string) {
  await settled(cluster);
  return Promise.all(
    cluster.nodes.map(async (node) => {
      const tables: Record<string, unknown> = {};
      for (const table of TABLES) {
        tables[table] = await node.query(`select * from ${table} order by 1`, database);
      }
      return tables;
    }),
  );
}

export function byKey(writes: readonly Write[]): ReadonlyMap<string, readonly Write[]> {
  const found = new Map<string, Write[]>();
  for (const write of writes) found.set(write.key, [...(found.get(write.key) ?? []), write]);
  return found;
}
