import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPrivateOracle, unpackedPackages } from '../mysql-servers/private-oracle.js';
import type { PrivateServer } from '../mysql-servers/private-server.js';
import { freePort } from '../processes/free-port.js';
import { GroupMember } from './group-member.js';

const SIZE = 3;
/** Has only the privileges that the service needs, on databases with this prefix. */
const USER = 'app';
const PREFIX = 'jobs_';
const COMPLETE_TIMEOUT_MS = 60_000;

/** What Group Replication demands of a server, and settings that make three servers cheaper. */
function argsOf(name: string, ports: readonly number[], index: number): string[] {
  const seeds = ports.map((port) => `127.0.0.1:${port}`);
  return [
    `--server-id=${index + 1}`,
    // The tool switches it off.
    '--log-bin=binlog',
    '--gtid-mode=ON',
    '--enforce-gtid-consistency=ON',
    '--report-host=127.0.0.1',
    // The members of the group are a table of it.
    '--performance-schema=ON',
    '--innodb-buffer-pool-size=64M',
    `--group-replication-group-name=${name}`,
    '--group-replication-start-on-boot=OFF',
    // They talk to one another on the ports for clients, which are open on loopback only.
    '--group-replication-communication-stack=MYSQL',
    `--group-replication-local-address=${seeds[index]}`,
    `--group-replication-group-seeds=${seeds.join(',')}`,
    '--group-replication-recovery-get-public-key=ON',
    // Tests do not wait for the defaults. With another value than 0, the next primary was elected
    // after 21 s in the place of 7 s.
    '--group-replication-member-expel-timeout=0',
  ];
}

/** Three servers on loopback, of which one accepts writes. */
export class ReplicationGroup {
  private constructor(readonly members: readonly GroupMember[]) {}

  /** Takes about twenty seconds. Throws ServerNotAvailable if there is no such server here. */
  static async start(): Promise<ReplicationGroup> {
    const ports = await Promise.all(Array.from({ length: SIZE }, freePort));
    const servers = await startServers(ports);
    const group = new ReplicationGroup(servers.map((server) => new GroupMember(server)));
    try {
      const [first, ...others] = group.members;
      await first?.join({ bootstrap: true });
      for (const member of others) await member.join();
      await group.complete();
      await first?.query(`create user ${USER}@localhost`);
      await first?.query(`grant all on \`${PREFIX}%\`.* to ${USER}@localhost`);
      return group;
    } catch (error) {
      await group.dispose();
      throw error;
    }
  }

  /** Of a new database. */
  get login(): { readonly user: string; readonly password: string; readonly database: string } {
    return { user: USER, password: '', database: PREFIX + randomBytes(5).toString('hex') };
  }

  /** The member that accepts writes; waits until there is one. */
  async primary(): Promise<GroupMember> {
    const deadline = performance.now() + COMPLETE_TIMEOUT_MS;
    while (performance.now() < deadline) {
      for (const member of this.members) {
        const status = await member.status();
        if (status?.isPrimary && status.state === 'ONLINE' && !status.isReadOnly) return member;
      }
      await sleep(50);
    }
    throw new Error('the group has no primary');
  }

  /** Seconds after which a member that cannot be reached, and then is again, is left out. */
  async setPatience(seconds: number): Promise<void> {
    for (const member of this.members)
      await member.query(`set global group_replication_member_expel_timeout = ${seconds}`);
  }

  async secondaries(): Promise<readonly GroupMember[]> {
    const primary = await this.primary();
    return this.members.filter((member) => member !== primary);
  }

  /** Makes the member the primary, in order. */
  async switchTo(member: GroupMember): Promise<void> {
    const [row] = await member.query('select @@server_uuid as id');
    await member.query(`select group_replication_set_as_primary('${row?.id}')`);
  }

  /** Waits until every member is online and sees all others. */
  async complete(): Promise<void> {
    const deadline = performance.now() + COMPLETE_TIMEOUT_MS;
    for (;;) {
      const all = await Promise.all(this.members.map((member) => member.status()));
      if (all.every((status) => status?.state === 'ONLINE' && status.online === SIZE)) return;
      if (performance.now() > deadline)
        throw new Error(`the members do not see one another: ${JSON.stringify(all)}`);
      await sleep(50);
    }
  }

  /** Starts the members that were killed, and lets them join. */
  async repair(): Promise<void> {
    for (const member of this.members) {
      if (member.server.pid === 0) await member.server.restart();
      else member.resume();
    }
    await this.primary();
    for (const member of this.members) {
      const status = await member.status();
      if (status === null || status.state === 'OFFLINE') await member.join();
    }
    await this.complete();
  }

  async dispose(): Promise<void> {
    await Promise.all(this.members.map(({ server }) => server.dispose()));
  }
}

async function startServers(ports: readonly number[]): Promise<readonly PrivateServer[]> {
  const name = randomUUID();
  const packages = await unpackedPackages();
  const all = ports.map((port, index) => {
    const args = argsOf(name, ports, index);
    return startPrivateOracle({ port, args, plugins: ['group_replication.so'], packages });
  });
  const started = await Promise.allSettled(all);
  const failed = started.find(({ status }) => status === 'rejected');
  const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (failed?.status !== 'rejected') return servers;
  await Promise.all(servers.map((server) => server.dispose()));
  throw failed.reason;
}
