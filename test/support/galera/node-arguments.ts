import { join } from 'node:path';
import type { GaleraPrograms } from './galera-programs.js';
import type { NodePorts } from './ports.js';

/** What makes a node: another process can control the same node with it. */
export interface NodeSettings {
  readonly name: string;
  /** Contains the data, the socket and the log. */
  readonly folder: string;
  readonly ports: NodePorts;
  /** `host:port` of every node of the group. */
  readonly group: readonly string[];
  readonly programs: GaleraPrograms;
}

/** A node that is silent for this long is left out: tests do not wait for the default of 15 s. */
const TIMEOUTS = [
  'evs.keepalive_period=PT0.5S',
  'evs.inactive_check_period=PT0.5S',
  'evs.suspect_timeout=PT2S',
  'evs.inactive_timeout=PT5S',
  'evs.install_timeout=PT5S',
];

export function pathsOf({ folder }: NodeSettings) {
  const file = (name: string) => join(folder, name);
  return {
    data: file('data'),
    temporary: file('tmp'),
    socket: file('server.sock'),
    log: file('server.log'),
    /** The position in the stream of writes, and whether the node may start a group. */
    state: file('data/grastate.dat'),
    /** The group that a crashed node was in. */
    view: file('data/gvwstate.dat'),
  };
}

export function nodeArguments(settings: NodeSettings): string[] {
  const { name, ports, group, programs } = settings;
  const { data, temporary, socket } = pathsOf(settings);
  const provider = [
    `gmcast.listen_addr=tcp://127.0.0.1:${ports.group}`,
    `ist.recv_addr=127.0.0.1:${ports.incremental}`,
    'gcache.size=64M',
    'pc.recovery=true',
    ...TIMEOUTS,
  ];
  return [
    '--no-defaults',
    ...(programs.user === null ? [] : [`--user=${programs.user.name}`]),
    `--datadir=${data}`,
    `--tmpdir=${temporary}`,
    '--bind-address=127.0.0.1',
    `--port=${ports.client}`,
    `--socket=${socket}`,
    `--pid-file=${join(settings.folder, 'server.pid')}`,
    '--skip-log-bin',
    '--skip-name-resolve',
    '--character-set-server=latin1',
    '--performance-schema=OFF',
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=64M',
    '--innodb-flush-log-at-trx-commit=1',
    // Galera demands these two.
    '--binlog-format=ROW',
    '--innodb-autoinc-lock-mode=2',
    '--wsrep-on=ON',
    `--wsrep-provider=${programs.provider}`,
    `--wsrep-provider-options=${provider.join(';')}`,
    '--wsrep-cluster-name=ps_test',
    `--wsrep-cluster-address=gcomm://${group.join(',')}`,
    `--wsrep-node-name=${name}`,
    `--wsrep-node-address=127.0.0.1:${ports.group}`,
    '--wsrep-sst-method=rsync',
    `--wsrep-sst-receive-address=127.0.0.1:${ports.snapshot}`,
    '--wsrep-slave-threads=2',
  ];
}
