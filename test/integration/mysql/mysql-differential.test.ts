import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareStores, differentialHistoriesOr } from '../../support/differential/compare.js';
import { openStores, type Store } from '../../support/differential/stores.js';
import { mysqlServers } from '../../support/mysql-servers/mysql-servers.js';

const HISTORIES = differentialHistoriesOr(12);
const MINUTE = 60_000;

describe.skipIf(mysqlServers().length === 0)('a client of the API', () => {
  let stores: readonly Store[] = [];
  beforeAll(async () => {
    stores = await openStores(mysqlServers());
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
  });

  it(
    'no answer reveals which store is behind it',
    async () => {
      expect(await compareStores(stores, HISTORIES)).toBeGreaterThan(0);
    },
    HISTORIES * 10_000 + 2 * MINUTE,
  );
});
