import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** COM_QUERY with the text COMMIT, as the driver sends it. */
const COMMIT = Buffer.from('\u0003COMMIT');
const HEADER = 4;

/** Stands between a store and its node, and can hold back its commits. */
export class CommitGate {
  #held: (() => void) | null = null;
  #arrived: (() => void) | null = null;
  #longestDelay = 0;
  readonly #sockets = new Set<Socket>();

  private constructor(readonly port: number) {}

  /** In front of this port; closed when the test ends. */
  static async to(port: number): Promise<CommitGate> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address() as { readonly port: number };
    const gate = new CommitGate(address.port);
    server.on('connection', (client) => gate.#connect(client, port));
    onTestFinished(() => {
      server.close();
      for (const socket of gate.#sockets) socket.destroy();
    });
    return gate;
  }

  /** Resolves when the next commit has arrived; it waits here until `release`. */
  holdNext(): Promise<void> {
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  release(): void {
    this.#held?.();
    this.#held = null;
  }

  /** From now on, each commit waits for a random time up to so many milliseconds. */
  delayUpTo(milliseconds: number): void {
    this.#longestDelay = milliseconds;
  }

  #connect(client: Socket, port: number): void {
    const node = connect(port, '127.0.0.1');
    for (const socket of [client, node]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (data) => {
      const isCommit = data.subarray(HEADER).equals(COMMIT);
      if (!isCommit || this.#arrived === null) {
        const delay = isCommit ? Math.random() * this.#longestDelay : 0;
        if (delay === 0) node.write(data);
        else setTimeout(() => node.write(data), delay);
        return;
      }
      this.#held = () => node.write(data);
      this.#arrived();
      this.#arrived = null;
    });
    node.on('data', (data) => client.write(data));
    node.on('close', () => client.destroy());
    client.on('close', () => node.destroy());
  }
}
