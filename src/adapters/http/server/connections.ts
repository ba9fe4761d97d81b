import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../../ports/clock.js';
import type { Logger } from '../../../ports/logger.js';
import { clientOfAddress } from '../access/rate-limit.js';

/** Milliseconds between two lines in the log about connections beyond the limit. */
const NOTE_EVERY = 10_000;

interface Connection {
  readonly address: string;
  /** Requests that have no whole answer yet. */
  underWay: number;
  /** It has carried a request with a key that is known. */
  hasKey: boolean;
}

interface Made {
  idle_closed: number;
  cut_off: number;
  turned_away: number;
}

/**
 * Who has the connections that there may be at a time. One that comes when all are taken gets the
 * place of an idle one: without a key before with one, then of the address that has the most, then
 * the longest idle. Where all are in use, an address that has at least two more than the newcomer's
 * gives one up, so nobody keeps everybody else out. Nothing of this happens while there is room, and
 * a proxy, whose address all its clients share, competes with other addresses alone.
 */
export class Connections {
  /** Those that have been idle, or in use, for longest come first. */
  readonly #all = new Map<Socket, Connection>();
  readonly #ofAddress = new Map<string, number>();
  #made: Made = { idle_closed: 0, cut_off: 0, turned_away: 0 };
  #notedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly most: number,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  /** Before other listeners of the server, which would begin to serve what is turned away. */
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

  /** True for a connection that is idle and has shown a key. */
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

  /** Of those that fit, the one to go first. */
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
      'Connections beyond service.max_connections: idle ones are closed for new ones, or these turned away',
    );
    this.#notedAt = this.clock.monotonic();
    this.#made = { idle_closed: 0, cut_off: 0, turned_away: 0 };
  }
}
