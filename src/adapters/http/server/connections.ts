import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../../ports/clock.js';
import type { Logger } from '../../../ports/logger.js';
import { clientOfAddress } from '../access/rate-limit.js';

/** Milliseconds between two log lines about connections beyond the limit. */
const NOTE_EVERY = 10_000;

interface Connection {
  readonly address: string;
  /** Requests without a complete answer. */
  underWay: number;
  /** Whether it has carried a request with a known key. */
  hasKey: boolean;
}

interface Made {
  idle_closed: number;
  cut_off: number;
  turned_away: number;
}

/**
 * Enforces the limit of connections. If all are in use, a new connection replaces an idle one:
 * first one without a key, then one of the address that has the most, then the one that is idle
 * longest. If none is idle, an address that has at least two connections more than that of the new
 * one loses one, so no address can exclude the others. Below the limit nothing is closed. A proxy,
 * whose address all its clients share, competes only with other addresses.
 */
export class Connections {
  /** Ordered: those that have been idle, or in use, for longest come first. */
  readonly #all = new Map<Socket, Connection>();
  readonly #ofAddress = new Map<string, number>();
  #made: Made = { idle_closed: 0, cut_off: 0, turned_away: 0 };
  #notedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly most: number,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  /**
   * Attach before other listeners of the server, which would start to serve refused connections.
   */
  watch(server: Server): void {
    server.prependListener('connection', (socket: Socket) => this.#come(socket));
    server.prependListener('request', ({ socket }, response) => {
      this.#change(socket, 1);
      response.once('close', () => this.#change(socket, -1));
    });
  }

  keyShown(socket: Socket): void {
    const connection = this.#all.get(socket);
    if (connection !== undefined) connection.hasKey = true;
  }

  /** True for an idle connection that has presented a known key. */
  isKnownAndIdle(socket: Socket): boolean {
    const connection = this.#all.get(socket);
    return connection?.hasKey === true && connection.underWay === 0;
  }

  #come(socket: Socket): void {
    const address = clientOfAddress(socket.remoteAddress ?? '');
    if (this.#all.size >= this.most && !this.#makeRoom(address)) {
      this.#note('turned_away');
      socket.destroy();
      return;
    }
    this.#all.set(socket, { address, underWay: 0, hasKey: false });
    this.#ofAddress.set(address, this.#held(address) + 1);
    socket.once('close', () => this.#forget(socket));
  }

  #makeRoom(newcomer: string): boolean {
    const idle = this.#first((connection) => connection.underWay === 0);
    if (idle !== null) return this.#close(idle, 'idle_closed');
    const greatest = Math.max(...this.#ofAddress.values());
    if (greatest <= this.#held(newcomer) + 1) return false;
    const busy = this.#first(({ address }) => this.#held(address) === greatest);
    return busy !== null && this.#close(busy, 'cut_off');
  }

  /** The first of the matching connections to close. */
  #first(fits: (connection: Connection) => boolean): Socket | null {
    let first: { readonly socket: Socket; readonly connection: Connection } | null = null;
    for (const [socket, connection] of this.#all) {
      if (!fits(connection)) continue;
      if (first === null || this.#goesBefore(connection, first.connection)) {
        first = { socket, connection };
      }
    }
    return first?.socket ?? null;
  }

  #goesBefore(one: Connection, other: Connection): boolean {
    if (one.hasKey !== other.hasKey) return other.hasKey;
    return this.#held(one.address) > this.#held(other.address);
  }

  #close(socket: Socket, how: keyof Made): true {
    this.#forget(socket);
    socket.destroy();
    this.#note(how);
    return true;
  }

  #change(socket: Socket, requests: 1 | -1): void {
    const connection = this.#all.get(socket);
    if (connection === undefined) return;
    connection.underWay += requests;
    this.#all.delete(socket);
    this.#all.set(socket, connection);
  }

  #forget(socket: Socket): void {
    const connection = this.#all.get(socket);
    if (connection === undefined) return;
    this.#all.delete(socket);
    const left = this.#held(connection.address) - 1;
    if (left > 0) this.#ofAddress.set(connection.address, left);
    else this.#ofAddress.delete(connection.address);
  }

  #held(address: string): number {
    return this.#ofAddress.get(address) ?? 0;
  }

  #note(how: keyof Made): void {
    this.#made[how] += 1;
    if (this.clock.monotonic() - this.#notedAt < NOTE_EVERY) return;
    this.logger.warn(
      { max_connections: this.most, ...this.#made },
      'Connections beyond service.max_connections: idle ones were closed, or new ones refused',
    );
    this.#notedAt = this.clock.monotonic();
    this.#made = { idle_closed: 0, cut_off: 0, turned_away: 0 };
  }
}
