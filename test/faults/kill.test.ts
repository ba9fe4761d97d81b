import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { torture } from './torture/kill-loop.js';
import { seededRandom } from './torture/random.js';
import { storeForTorture } from './torture/stores.js';

/** A new seed each time; a failure reports it. */
const seed = Date.now() % 1_000_000;

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'ps-kill-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

describe('a service (two instances of it on a server) that is killed under load (npm run torture does this for longer)', () => {
  it.each([
    ['sqlite', 8],
    ['mariadb', 8],
    ['mysql', 4],
  ] as const)(
    'loses no acknowledged write, and restores no deleted record: %s',
    async (name, kills) => {
      const store = await storeForTorture(name);
      if (store === null) {
        console.warn(
          `NOT TESTED: killing the service with ${name}; there is no such server on this machine`,
        );
        return;
      }
      try {
        const report = await torture({
          ...store,
          cwd,
          kills,
          milliseconds: 120_000,
          random: seededRandom(seed),
        });
        expect(report.discrepancies, `seed ${seed}`).toEqual([]);
        expect(report.kills).toBeGreaterThan(0);
        expect(report.answeredWrites).toBeGreaterThan(0);
        expect(report.answeredDeletes).toBeGreaterThan(0);
        expect(report.answeredOrphans).toBeGreaterThan(0);
      } finally {
        await store.dispose();
      }
    },
    240_000,
  );
});
