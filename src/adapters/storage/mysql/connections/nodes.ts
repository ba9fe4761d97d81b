import type { CancelTimer, Clock } from '../../../../ports/clock.js';
import type { Logger } from '../../../../ports/logger.js';
import type { ConnectionUse, NodeCount } from '../../../../ports/storage-backend.js';
import { isOfNode, meaningOf } from '../mysql-errors.js';
import type { Pooled } from './node-pool.js';
import { type Node, WatchedNode } from './watched-node.js';

/** Milliseconds between two probes of a node, if there are several. */
const PROBE_INTERVAL = 2000;

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
    const away = this.#nodes.filter(({ isAway }) => isAway).length;
    return { usable: this.#nodes.length - away, all: this.#nodes.length };
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
    if (this.#nodes.length > 1 && node.isUsable && isOfNode(error))
      node.leave(meaningOf(error)?.text ?? '');
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
