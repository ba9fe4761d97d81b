import type { RowDataPacket } from 'mysql2/promise';
import { onTestFinished, vi } from 'vitest';
import type { MysqlBackend } from '../../../src/adapters/storage/mysql/mysql-backend.js';
import type { CollectionName } from '../../../src/domain/collection.js';
import type { Write } from '../../../src/domain/write.js';
import { TABLES } from '../../contracts/storage/store-under-test.js';
import { mysqlBackendOn } from '../stores/mysql-under-test.js';
import { CommitGate } from './commit-gate.js';
import type { GaleraNodes } from './galera-cluster.js';
import type { GaleraNode } from './galera-node.js';
import { aDatabase } from './galera-suite.js';

const COLLECTIONS: readonly CollectionName[] = ['translation_sessions', 'translation_tasks'];

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

/** A store on a node whose commits can be held back, with the tables of other stores. */
export async function gatedStoreOn(
  { port }: GaleraNode,
  database: string,
  collections?: readonly CollectionName[],
) {
  const gate = await CommitGate.to(port);
  return { gate, store: await storeAt(gate.port, database, collections) };
}

/** Another store on a node; closed when the test ends. */
export function storeOn(
  { port }: GaleraNode,
  database: string,
  collections?: readonly CollectionName[],
): Promise<MysqlBackend> {
  return storeAt(port, database, collections);
}

async function storeAt(
  port: number,
  database: string,
  collections: readonly CollectionName[] = COLLECTIONS,
): Promise<MysqlBackend> {
  const store = mysqlBackendOn(`mysql://root@127.0.0.1:${port}/${database}`, collections);
  onTestFinished(() => store.close());
  await store.open();
  return store;
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

async function lastCommitted(node: GaleraNode): Promise<number> {
  const [row] = await node.query("show status like 'wsrep_last_committed'");
  return Number(row?.Value);
}

/** The rows of every table on every node, once all have applied everything. */
export async function contents(cluster: GaleraNodes, database: string) {
  await settled(cluster);
  return Promise.all(
    cluster.nodes.map(async (node) => {
      const tables: Record<string, RowDataPacket[]> = {};
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
