import { describe, expect, it } from 'vitest';
import { clusterFaults, partsOf, readCluster } from '../../support/deployment/cluster-rules.js';
import { composeSchemaFaults } from '../../support/deployment/compose-schema.js';
import { IMAGE } from '../../support/deployment/manifest-rules.js';
import { changed, readDeployment } from '../../support/deployment/manifests.js';

const ONE = readDeployment('compose.yaml');
const CLUSTER = readDeployment('cluster/compose.yaml');
const GALERA = readDeployment('cluster/galera.cnf');
const NGINX = readDeployment('cluster/nginx.conf');

describe('the Compose files', () => {
  it.each([
    ['compose.yaml', ONE],
    ['cluster/compose.yaml', CLUSTER],
  ])('follow the specification: %s', (_, text) => {
    expect(composeSchemaFaults(text)).toEqual([]);
  });

  it.each([
    ['a misspelt key', 'restart: unless-stopped', 'restarts: unless-stopped', /restarts/],
    ['a wrong type', 'cap_drop: [ALL]', 'cap_drop: ALL', /cap_drop/],
    ['an unknown section', 'volumes:\n  db-1', 'volume:\n  db-1', /"volume"/],
    ['a misspelt key of a section', 'internal: true', 'intern: true', /intern/],
  ])('are refused by the schema with %s', (_, old, replacement, expected) => {
    expect(composeSchemaFaults(changed(CLUSTER, old, replacement)).join('\n')).toMatch(expected);
  });
});

describe('the Compose file of a cluster', () => {
  it('fits the service, its nodes and its files', () => {
    expect(clusterFaults(CLUSTER, IMAGE)).toEqual([]);
  });

  it.each([
    ['a misspelt variable', 'STORAGE_BACKEND:', 'STORAGE_BACKENDS:', /STORAGE_BACKENDS/],
    ['a wrong value', 'DURABILITY: stored', 'DURABILITY: safe', /durability/],
    ['a journal', 'DURABILITY: stored', 'DURABILITY: journal', /keeps something/],
    ['a host that is no node', '"db-3:3306"', '"db-4:3306"', /not the nodes/],
    ['a password', 'MARIADB_PASSWORD_FILE: /run/secrets/', 'MARIADB_PASSWORD: ', /in the file/],
    ['another user', 'MARIADB_USER: persistence', 'MARIADB_USER: service', /another user/],
    ['too little time to stop', 'stop_grace_period: 45s', 'stop_grace_period: 20s', /is killed/],
    [
      'a published node',
      'hostname: db-1',
      "hostname: db-1\n    ports: ['3306:3306']",
      /db-1 opens a port to others[\s\S]*db-1 publishes a port/,
    ],
    ['a port for others', "'127.0.0.1:8001:8080'", "'8001:8080'", /nginx opens a port/],
    ['an open network', 'database: { internal: true }', 'database:', /db-1 is in a network/],
    ['a shared volume', 'db-2-data:/var', 'db-1-data:/var', /a volume each/],
    ['a missing file', './nginx.conf:', './nginx.cfg:', /nginx uses .\/nginx.cfg/],
    ['a secret that is not mounted', 'secrets: [database_password, api_keys]', '', /not mounted/],
    [
      'no health check',
      /healthcheck:\n {6}test: \[CMD, curl/,
      'x-check:\n      test: [CMD, curl',
      /no health/,
    ],
    ['a version that is not exact', 'nginx:1.28.0', 'nginx:latest', /is not exact/],
    ['two nodes', /\n {2}db-3:\n(?: {4}.*\n)+/, '\n', /not three nodes/],
  ])('is refused with %s', (_, old, replacement, expected) => {
    expect(clusterFaults(changed(CLUSTER, old, replacement), IMAGE).join('\n')).toMatch(expected);
  });

  it('names the nodes and the instances that the configuration files name', () => {
    const { nodes, instances } = partsOf(readCluster(CLUSTER));
    const names = nodes.map(([name]) => name).join(',');
    expect(GALERA).toContain(`wsrep_cluster_address = gcomm://${names}\n`);
    const upstreams = [...NGINX.matchAll(/^\s*server ([\w-]+):8001 /gm)].map(([, name]) => name);
    expect(upstreams).toEqual(instances.map(([name]) => name));
  });
});

describe('the configuration of the nodes', () => {
  it('keeps answered writes, replicates rows, and reports at once that quorum is lost', () => {
    const value = (name: string) => new RegExp(`^${name}\\s*= (.*)$`, 'm').exec(GALERA)?.[1];
    expect(value('innodb_flush_log_at_trx_commit')).toBe('1');
    expect(value('binlog_format')).toBe('ROW');
    expect(value('innodb_autoinc_lock_mode')).toBe('2');
    expect(value('wsrep_sync_wait')).toBe('0');
    // A record of the largest size, with everything escaped.
    expect(Number(/^(\d+)M$/.exec(value('max_allowed_packet') ?? '')?.[1])).toBeGreaterThan(9);
  });
});
