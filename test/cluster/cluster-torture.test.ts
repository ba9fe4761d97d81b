import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { clusterForTorture } from '../faults/torture/cluster-store.js';
import { torture } from '../faults/torture/kill-loop.js';
import { seededRandom } from '../faults/torture/random.js';
import { contents } from '../support/galera/galera-stores.js';
import { aDatabase, describeOnGalera } from '../support/galera/galera-suite.js';

/** A new seed each time; a failure reports it. */
const seed = Date.now() % 1_000_000;

describeOnGalera(
  'three instances, each on its node (npm run torture -- --cluster does this for longer),',
  (cluster) => {
    it('lose no acknowledged write, restore no deleted record and leave equal nodes, whichever instance or node fails', async () => {
      await cluster.start();
      const database = await aDatabase(cluster);
      const cwd = await mkdtemp(join(tmpdir(), 'ps-cluster-'));
      onTestFinished(() => rm(cwd, { recursive: true, force: true }));
      const report = await torture({
        ...clusterForTorture(cluster, database),
        cwd,
        kills: 10,
        milliseconds: 90_000,
        random: seededRandom(seed),
      });
      expect(report.discrepancies, `seed ${seed}`).toEqual([]);
      expect(report.kills).toBeGreaterThan(0);
      expect(report.databaseKills).toBeGreaterThan(0);
      expect(report.answeredWrites).toBeGreaterThan(0);
      expect(report.answeredDeletes).toBeGreaterThan(0);
      const [first, ...others] = await contents(cluster, database);
      for (const other of others) expect(other).toEqual(first);
    }, 300_000);
  },
);
