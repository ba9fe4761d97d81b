import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RowDataPacket } from 'mysql2/promise';
import { logTail, runCommand } from '../mysql-servers/command.js';
import { withConnection } from '../mysql-servers/connection.js';
import { namedGroup, nameGroup } from '../mysql-servers/guardian.js';
import { STOP_TIMEOUT_MS } from '../mysql-servers/private-server.js';
import { type NodeSettings, nodeArguments, pathsOf } from './node-arguments.js';
import { ended, isAlive } from './processes.js';

const SYNC_TIMEOUT_MS = 60_000;
/** The reason of a failed start is followed by the lines of the shutdown. */
const LOG_LINES = 60;
const STATUS = [
  'wsrep_local_state_comment',
  'wsrep_cluster_size',
  'wsrep_cluster_status',
  'wsrep_ready',
];

/** What a node says of itself; null if it does not answer. */
export interface NodeStatus {
  readonly state: string;
  readonly size: number;
  readonly isPrimary: boolean;
  readonly isReady: boolean;
}

/** One server of a cluster. All its state is in its folder, so any process can control it. */
export class GaleraNode {
  readonly port: number;
  readonly socket: string;
  /** `mysql://root@127.0.0.1:<port>`; root has no password. */
  readonly url: string;

  constructor(readonly settings: NodeSettings) {
    this.port = settings.ports.client;
    this.socket = pathsOf(settings).socket;
    this.url = `mysql://root@127.0.0.1:${this.port}`;
  }

  /** Process id of the running server; 0 while it is down. */
  get pid(): number {
    const pid = namedGroup(this.settings.folder) ?? 0;
    return isAlive(pid) ? pid : 0;
  }

  urlOf(database: string): string {
    return `${this.url}/${database}`;
  }

  query(sql: string, database = ''): Promise<RowDataPacket[]> {
    return withConnection(this.urlOf(database), (send) => send(sql), 3_000);
  }

  async status(): Promise<NodeStatus | null> {
    const names = STATUS.map((name) => `'${name}'`).join(', ');
    const rows = await this.query(`show status where variable_name in (${names})`).catch(() => []);
    if (rows.length === 0) return null;
    const found = Object.fromEntries(rows.map((row) => [row.Variable_name, String(row.Value)]));
    return {
      state: found.wsrep_local_state_comment ?? '',
      size: Number(found.wsrep_cluster_size),
      isPrimary: found.wsrep_cluster_status === 'Primary',
      isReady: found.wsrep_ready === 'ON',
    };
  }

  /** Whether it has everything and takes statements. */
  async isSynced(): Promise<boolean> {
    const status = await this.status();
    return status !== null && status.state === 'Synced' && status.isPrimary && status.isReady;
  }

  /** Waits until it is synced; throws with its log if it has ended, or after a minute. */
  async synced(): Promise<void> {
    const deadline = performance.now() + SYNC_TIMEOUT_MS;
    while (!(await this.isSynced())) {
      if (this.pid === 0) throw this.#failure('it ended');
      if (performance.now() > deadline)
        throw this.#failure(`not synced after ${SYNC_TIMEOUT_MS} ms`);
      await sleep(100);
    }
  }

  /** Starts the server; `bootstrap` makes a new group of it alone. Resolves once it is synced. */
  async start({ bootstrap = false } = {}): Promise<void> {
    if (this.pid !== 0) return this.synced();
    const position = await this.#positionAfterCrash();
    const log = openSync(pathsOf(this.settings).log, 'a');
    const child = spawn(
      this.settings.programs.server,
      [
        ...nodeArguments(this.settings),
        ...(position === null ? [] : [`--wsrep-start-position=${position}`]),
        ...(bootstrap ? ['--wsrep-new-cluster'] : []),
      ],
      { detached: true, stdio: ['ignore', log, log] },
    );
    closeSync(log);
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    failed.catch(() => undefined);
    if (child.pid !== undefined) nameGroup(this.settings.folder, child.pid);
    child.unref();
    await Promise.race([this.synced(), failed]);
  }

  /** Makes it start a group, although it may not have been the last to stop. */
  async bootstrap(): Promise<void> {
    const { state, view } = pathsOf(this.settings);
    const text = readFileSync(state, 'utf8');
    writeFileSync(state, text.replace('safe_to_bootstrap: 0', 'safe_to_bootstrap: 1'));
    // It names the nodes of the old group, for which it would wait.
    rmSync(view, { force: true });
    await this.start({ bootstrap: true });
  }

  /** The last write that it has, while it is down: the node with the greatest starts the group. */
  async lastWrite(): Promise<number> {
    const position = (await this.#positionAfterCrash()) ?? this.#savedPosition();
    return Number(position.split(':')[1]);
  }

  /** A clean stop, which the other nodes see at once; throws if it takes longer than 30 s. */
  async stop(): Promise<void> {
    const { pid } = this;
    if (pid === 0) return;
    process.kill(pid, 'SIGCONT');
    process.kill(pid, 'SIGTERM');
    if (!(await ended(pid, STOP_TIMEOUT_MS))) {
      await this.kill();
      throw this.#failure(`it did not stop within ${STOP_TIMEOUT_MS} ms`);
    }
    nameGroup(this.settings.folder, null);
  }

  /** Sends SIGKILL and waits for the end; keeps the data. */
  async kill(): Promise<void> {
    const { pid } = this;
    if (pid === 0) return;
    process.kill(pid, 'SIGKILL');
    await ended(pid, STOP_TIMEOUT_MS);
    nameGroup(this.settings.folder, null);
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
    const { pid } = this;
    // 0 would address our own process group.
    if (pid === 0) throw this.#failure('it does not run');
    process.kill(pid, signal);
  }

  /** `group:number`; the number is -1 after a crash. */
  #savedPosition(): string {
    const { state } = pathsOf(this.settings);
    if (!existsSync(state)) return '00000000-0000-0000-0000-000000000000:-1';
    const text = readFileSync(state, 'utf8');
    return `${/uuid:\s+(\S+)/.exec(text)?.[1]}:${/seqno:\s+(\S+)/.exec(text)?.[1]}`;
  }

  /**
   * Read from the tables of a node that has crashed: with it the others send what is missing, and
   * without it everything. Null if it has not crashed, or has no data yet.
   */
  async #positionAfterCrash(): Promise<string | null> {
    const { data, log, state } = pathsOf(this.settings);
    const hasData = existsSync(state) && existsSync(join(data, 'ibdata1'));
    if (!hasData || !this.#savedPosition().endsWith(':-1')) return null;
    const { stdout, stderr } = await runCommand(
      [this.settings.programs.server, ...nodeArguments(this.settings), '--wsrep-recover'],
      { timeoutMs: STOP_TIMEOUT_MS },
    );
    const output = stdout + stderr;
    writeFileSync(log, output, { flag: 'a' });
    return /Recovered position:\s*(\S+)/.exec(output)?.[1] ?? null;
  }

  #failure(reason: string): Error {
    const { name } = this.settings;
    return new Error(
      `Galera node ${name}: ${reason}\n${logTail(pathsOf(this.settings).log, LOG_LINES)}`,
    );
  }
}
