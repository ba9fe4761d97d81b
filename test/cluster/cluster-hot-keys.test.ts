import { expect, it } from 'vitest';
import type { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { coalesce, foldWrites } from '../../src/domain/merge.js';
import type { Write } from '../../src/domain/write.js';
import { byKey, contents, storesOn } from '../support/galera/galera-stores.js';
import { describeOnGalera } from '../support/galera/galera-suite.js';
import { meaningOf } from '../support/records/meaning.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../support/records/writes.js';

const KEYS = Array.from({ length: 20 }, (_, index) => `t-${index}`);
const ROUNDS = 30;
/** At a time at each node: twice as many as the flush of one service. */
const WRITERS = 4;

describeOnGalera('stores on two nodes that write the same keys', (cluster) => {
  it('store every write without an error, and the nodes equal the fold of the writes', async () => {
    const { database, first, second, third } = await storesOn(cluster);
    await first.write(SESSIONS, [sessionWrite('s-1', 0)]);
    await contents(cluster, database);
    let version = 0;
    const all: Write[] = [];
    const aBatch = (): Write[] => {
      version += 1;
      const at = version;
      const fields = [
        { status: `s${at}`, retry_count: at % 7 },
        { status: 'processing', target_text: `text ${at}` },
        { status: 'completed', confidence: (at % 10) / 10 },
      ][at % 3] as Record<string, string | number>;
      const batch = KEYS.filter((_, index) => (index + at) % 3 !== 0).map((key) =>
        taskWrite(key, at * 10, fields),
      );
      all.push(...batch);
      return coalesce(TASKS, batch) as Write[];
    };
    const write = async (store: MysqlBackend) => {
      for (let round = 0; round < ROUNDS; round += 1) await store.write(TASKS, aBatch());
    };
    await Promise.all(
      [first, second].flatMap((store) => Array.from({ length: WRITERS }, () => write(store))),
    );
    const [one, ...others] = await contents(cluster, database);
    for (const other of others) expect(other).toEqual(one);
    for (const [key, writes] of byKey(all)) {
      const found = await third.read(TASKS, key);
      expect(found && meaningOf(TASKS, found)).toEqual(
        meaningOf(TASKS, foldWrites(TASKS, writes) as Write),
      );
    }
  });
});
