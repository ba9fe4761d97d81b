import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { CancelTimer, Clock } from '../../../../ports/clock.js';
import type { Logger } from '../../../../ports/logger.js';
import type { ConnectionUse, NodeCount } from '../../../../ports/storage-backend.js';
import { isOfNode, meaningOf } from '../mysql-errors.js';
import { asksGroup, checkOnline, type Send } from './cluster-session.js';
import type { Connector } from './connector.js';
import type { NodePool, Pooled } from './node-pool.js';

/** Milliseconds between two probes of a node, if there are several. */
const PROBE_INTERVAL = 2000;

export interface Node {
  readonly connector: Connector;
  readonly pool: NodePool;
}

/** A connection to a node, until it is given back. */
export interface Taken {
  readonly pooled: Pooled;
  /** `error`: the connection is not used again, and nor is the node if the node is the cause. */
  giveBack(error?: unknown): void;
}

/**
 * The nodes of a database, in order of preference. Statements go to the first one that is usable. A
 * node is left when a statement or a probe fails because of it: it cannot be reached, has no quorum,
 * or is read-only. It is used again when a probe succeeds. If none is usable, each is tried.
 */
export class Nodes {
  readonly #nodes: readonly WatchedNode[];
  #timer: CancelTimer | null = null;
  #isClosed = false;

  constructor(
    nodes: readonly Node[],
    /** Milliseconds after which a node that does not answer a probe is left. */
    private readonly patience: number,
    private readonly clock: Clock,
    logger: Logger | null,
  ) {
    this.#nodes = nodes.map((node) => new WatchedNode(node, logger));
  }

  get count(): NodeCount {
    const usable = this.#nodes.filter(({ isUsable }) => isUsable).length;
    return { usable, all: this.#nodes.length };
  }

  /** Those that are usable first. */
  get inOrder(): readonly WatchedNode[] {
    const [usable, others] = [true, false].map((is) =>
      this.#nodes.filter(({ isUsable }) => isUsable === is),
    );
    return [...(usable ?? []), ...(others ?? [])];
  }

  /** Throws the error of the first node if none gives a connection. */
  async take(): Promise<Taken> {
    this.#watch();
    let first: unknown;
    for (const node of this.inOrder) {
      try {
        const pooled = await node.pool.acquire();
        return { pooled, giveBack: (error) => this.#giveBack(node, pooled, error) };
      } catch (error) {
        if (meaningOf(error) === null) throw error;
        first ??= error;
        this.#leaveFor(node, error);
      }
    }
    throw first;
  }

  use(): ConnectionUse {
    const uses = this.#nodes.map(({ pool }) => pool.use());
    const sum = (read: (use: ConnectionUse) => number) =>
      uses.reduce((total, use) => total + read(use), 0);
    return {
      inUse: sum(({ inUse }) => inUse),
      idle: sum(({ idle }) => idle),
      // One node is used at a time.
      limit: uses[0]?.limit ?? 0,
      waiting: sum(({ waiting }) => waiting),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.();
    await Promise.all(this.#nodes.map((node) => node.close()));
  }

  #giveBack(node: WatchedNode, pooled: Pooled, error: unknown): void {
    if (error !== undefined) {
      pooled.isBroken = true;
      this.#leaveFor(node, error);
    }
    node.pool.release(pooled);
  }

  #leaveFor(node: WatchedNode, error: unknown): void {
    // Without another one there is nothing to choose.
    if (this.#nodes.length > 1 && isOfNode(error)) node.leave(meaningOf(error)?.text ?? '');
  }

  #watch(): void {
    if (this.#timer !== null || this.#isClosed || this.#nodes.length < 2) return;
    this.#timer = this.clock.schedule(PROBE_INTERVAL, () => {
      const probes = this.#nodes.map((node) => node.probe(this.patience));
      void Promise.all(probes).then(() => {
        this.#timer = null;
        this.#watch();
      });
    });
  }
}

class WatchedNode {
  isUsable = true;
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

  leave(reason: string): void {
    if (!this.isUsable) return;
    this.isUsable = false;
    const node = this.connector.name;
    this.logger?.warn({ node, reason }, 'A database node is left; the next one is used');
  }

  /** Never rejects. */
  async probe(patience: number): Promise<void> {
    const reason = await this.#ask(patience).catch((error: unknown) => {
      this.#connection?.destroy();
      this.#connection = null;
      return meaningOf(error)?.text ?? String(error);
    });
    if (this.#isClosed) return;
    if (reason !== null) {
      this.leave(reason);
      // Statements on it would wait for their timeouts; now they are repeated on another node.
      this.pool.abandon();
    } else if (!this.isUsable) {
      this.isUsable = true;
      this.logger?.info({ node: this.connector.name }, 'A database node is usable again');
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#connection?.destroy();
    await this.pool.close();
  }

  async #connect(timeout: number): Promise<Connection> {
    const connection = await this.connector.connect();
    // The next probe receives it.
    connection.on('error', () => undefined);
    this.#connection = connection;
    this.#isGroupMember = await asksGroup(sender(connection, timeout));
    return connection;
  }

  /** Why the node is not usable; null if it is. */
  async #ask(timeout: number): Promise<string | null> {
    const send = sender(this.#connection ?? (await this.#connect(timeout)), timeout);
    if (this.#isGroupMember) await checkOnline(send);
    // A Galera node without quorum answers these and nothing that reads a table.
    const [ready] = await send("show global status like 'wsrep_ready'");
    if (ready !== undefined && ready.Value !== 'ON')
      return 'the node is not ready: it may have lost quorum';
    const [settings] = await send('select @@global.read_only as read_only');
    return Number(settings?.read_only) === 1 ? 'the server is read-only' : null;
  }
}

function sender(connection: Connection, timeout: number): Send {
  return async (sql) => {
    const [rows] = await connection.query<RowDataPacket[]>({ sql, timeout });
    return Array.isArray(rows) ? rows : [];
  };
}
