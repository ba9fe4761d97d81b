import { startPrivateMariaDb } from './private-mariadb.js';
import { startPrivateOracle } from './private-oracle.js';

/** The products on which tests with a server of their own run, by name. */
export const PRIVATE_PRODUCTS = [
  ['MariaDB', startPrivateMariaDb],
  // Without a server to copy the packages from, they would be downloaded.
  ...(process.env.TEST_ORACLE_MYSQL_URL === undefined
    ? []
    : [['Oracle MySQL', startPrivateOracle] as const]),
] as const;
