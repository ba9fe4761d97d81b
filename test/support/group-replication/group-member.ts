import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RowDataPacket } from 'mysql2/promise';
import { logTail } from '../mysql-servers/command.js';
import { withConnection } from '../mysql-servers/connection.js';
import type { PrivateServer } from '../mysql-servers/private-server.js';

const JOIN_TIMEOUT_MS = 60_000;

/** What a member says of itself; null if it does not answer. */
export interface MemberStatus {
  readonly state: string;
  readonly isPrimary: boolean;
  /** Members that it sees online, itself included. */
  readonly online: number;
  readonly isReadOnly: boolean;
}

/** One server of a group. */
export class GroupMember {
  readonly port: number;

  constructor(readonly server: PrivateServer) {
    this.port = Number(new URL(server.url).port);
  }

  query(sql: string, database = ''): Promise<RowDataPacket[]> {
    return withConnection(`${this.server.url}/${database}`, (send) => send(sql), 3_000);
  }

  async status(): Promise<MemberStatus | null> {
    const rows = await this.query(
      `select member_id = @@server_uuid as own, member_state, member_role, @@global.read_only as read_only
       from performance_schema.replication_group_members`,
    ).catch(() => []);
    const own = rows.find((row) => row.own === 1);
    if (own === undefined) return null;
    return {
      state: String(own.member_state),
      isPrimary: own.member_role === 'PRIMARY',
      online: rows.filter((row) => row.member_state === 'ONLINE').length,
      isReadOnly: own.read_only === 1,
    };
  }

  /** Joins the group, or starts a new one; resolves once it is online. */
  async join({ bootstrap = false } = {}): Promise<void> {
    await this.query(
      `change replication source to source_user = 'root' for channel 'group_replication_recovery'`,
    );
    await this.query(`set global group_replication_bootstrap_group = ${bootstrap ? 'on' : 'off'}`);
    // Takes ten seconds or more where a member was in the group before.
    await this.query('start group_replication').catch(unlessLate);
    await this.query('set global group_replication_bootstrap_group = off');
    const deadline = performance.now() + JOIN_TIMEOUT_MS;
    for (;;) {
      const status = await this.status();
      if (status?.state === 'ONLINE') return;
      if (performance.now() > deadline)
        throw new Error(
          `${this.server.url} did not join: ${JSON.stringify(status)}\n${logTail(join(this.server.folder, 'mysqld.log'))}`,
        );
      await sleep(50);
    }
  }

  /** Sends SIGKILL; the others leave it out when it has been silent for five seconds. */
  kill(): Promise<void> {
    return this.server.kill();
  }

  /** It does not answer, but its connections stay open, until it is resumed. */
  pause(): void {
    this.#signal('SIGSTOP');
  }

  /** Harmless if it is not paused. */
  resume(): void {
    this.#signal('SIGCONT');
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.server;
    // 0 would address our own process group.
    if (pid === 0) throw new Error(`${this.server.url} does not run`);
    process.kill(pid, signal);
  }
}

/** A statement that takes longer than the driver waits goes on at the server. */
function unlessLate(error: unknown): void {
  const cause = error instanceof Error ? error.cause : null;
  if (cause instanceof Error && 'code' in cause && cause.code === 'PROTOCOL_SEQUENCE_TIMEOUT')
    return;
  throw error;
}
