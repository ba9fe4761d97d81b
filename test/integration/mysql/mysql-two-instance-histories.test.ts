import { afterAll, beforeAll, describe, it } from 'vitest';
import { historiesOr, pairOn, playHistories } from '../../support/histories/property.js';
import { describeOnMysqlServers } from '../../support/mysql-servers/mysql-servers.js';
import { BOTH, type Opened, openMysql, openSqlite } from '../../support/stores/opened-stores.js';

const HISTORIES = historiesOr(30);
const TIMEOUT = HISTORIES * 5000 + 180_000;

function describeHistories(label: string, open: () => Promise<Opened>): void {
  describe('two instances on one store, after any faults,', () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    it(
      'leave the fold of the accepted writes',
      () => playHistories(label, pairOn(opened), HISTORIES),
      TIMEOUT,
    );
  });
}

describe('on SQLite', () => describeHistories('SQLite', () => openSqlite(BOTH)));
describeOnMysqlServers('histories', (server) =>
  describeHistories(server.label, () => openMysql(server, BOTH)),
);
