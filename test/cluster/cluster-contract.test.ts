import { beforeAll } from 'vitest';
import { describeEveryStorageRule } from '../contracts/storage/every-storage-rule.contract.js';
import { describeOnGalera } from '../support/galera/galera-suite.js';
import { mysqlUnderTest } from '../support/stores/mysql-under-test.js';

describeOnGalera('the store', (cluster) => {
  beforeAll(() => cluster.start());
  // Each commit waits for three servers.
  describeEveryStorageRule(
    'a node',
    (collections) => mysqlUnderTest(cluster.node(0), collections),
    { propertyRuns: 10 },
  );
});
