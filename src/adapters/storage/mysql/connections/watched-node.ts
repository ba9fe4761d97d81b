import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Logger } from '../../../../ports/logger.js';
import { meaningOf } from '../mysql-errors.js';
import { asksGroup, checkOnline, type Send } from './cluster-session.js';
import { type Connector, closeNow, endStream } from './connector.js';
import type { NodePool } from './node-pool.js';
import { isReadOnly } from './read-only.js';

export interface Node {
  readonly connector: Connector;
  readonly pool: NodePool;
}

/**
 * - `usable`: statements may be sent to it
 * - `standby`: a secondary of a group, which is used once it becomes the primary
 * - `away`: it has failed, has no quorum, or is read-only
 */
type State = 'usable' | 'standby' | 'away';

/** What a probe has found. */
type Finding = { readonly state: 'usable' | 'standby' } | { readonly reason: string };

/** A node, and whether it can be used, by its statements and its probes. */
export class WatchedNode {
  #state: State = 'usable';
  /** Of the probes, kept open. */
  #connection: Connection | null = null;
  /** Whether it belongs to a group, which it may have left. */
  #isGroupMember = false;
  #isClosed = false;

  constructor(
    private readonly node: Node,
    private readonly logger: Logger | null,
  ) {}

  get pool(): NodePool {
    return this.node.pool;
  }

  get connector(): Connector {
    return this.node.connector;
  }

  get isUsable(): boolean {
    return this.#state === 'usable';
  }

  get isAway(): boolean {
    return this.#state === 'away';
  }

  leave(reason: string): void {
    if (this.isAway) return;
    const wasUsable = this.isUsable;
    this.#state = 'away';
    const node = this.connector.name;
    this.logger?.warn(
      { node, reason },
      wasUsable
        ? 'A database node is left; the next one is used'
        : 'A secondary database node is left',
    );
  }

  /** Never rejects. */
  async probe(patience: number): Promise<void> {
    const found = await this.#ask(patience).catch((error: unknown): Finding => {
      if (this.#connection !== null) closeNow(this.#connection);
      this.#connection = null;
      return { reason: meaningOf(error)?.text ?? String(error) };
    });
    if (this.#isClosed) return;
    if ('state' in found) this.#becomes(found.state);
    else {
      this.leave(found.reason);
      // Statements on it would wait for their timeouts; now they are repeated on another node.
      this.pool.abandon();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#connection !== null) endStream(this.#connection);
    await this.pool.close();
  }

  #becomes(state: 'usable' | 'standby'): void {
    if (state === this.#state) return;
    this.#state = state;
    const node = this.connector.name;
    this.logger?.info(
      { node },
      state === 'usable'
        ? 'A database node is usable again'
        : 'A database node is a secondary of its group; it is used if it becomes the primary',
    );
  }

  async #connect(timeout: number): Promise<Connection> {
    const connection = await this.connector.connect();
    // The next probe receives it.
    connection.on('error', () => undefined);
    this.#connection = connection;
    if (this.#isClosed) throw new Error('the node is no longer watched');
    this.#isGroupMember = await asksGroup(sender(connection, timeout));
    return connection;
  }

  async #ask(timeout: number): Promise<Finding> {
    const send = sender(this.#connection ?? (await this.#connect(timeout)), timeout);
    if (this.#isGroupMember) await checkOnline(send);
    // A Galera node without quorum answers these and nothing that reads a table.
    const [ready] = await send("show global status like 'wsrep_ready'");
    if (ready !== undefined && ready.Value !== 'ON')
      return { reason: 'the node is not ready: it may have lost quorum' };
    const [settings] = await send('select @@global.read_only as read_only');
    if (!isReadOnly(settings?.read_only)) return { state: 'usable' };
    return this.#isGroupMember ? { state: 'standby' } : { reason: 'the server is read-only' };
  }
}

function sender(connection: Connection, timeout: number): Send {
  return async (sql) => {
    const [rows] = await connection.query<RowDataPacket[]>({ sql, timeout });
    return Array.isArray(rows) ? rows : [];
  };
}
