import { describeOnMysqlServers } from '../support/mysql-servers/mysql-servers.js';
import { mysqlUnderTest } from '../support/stores/mysql-under-test.js';
import { describeEveryStorageRule } from './storage/every-storage-rule.contract.js';

describeOnMysqlServers('mysql', (server) => {
  describeEveryStorageRule(server.label, (collections) => mysqlUnderTest(server, collections), {
    propertyRuns: 60,
  });
});
