import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Of one node: for clients, for the group, and for the two kinds of state transfer. */
export interface NodePorts {
  readonly client: number;
  readonly group: number;
  readonly incremental: number;
  readonly snapshot: number;
}

/**
 * Below the ports that the system gives to outgoing connections. The nodes call a node that is down
 * every second: from a port of that range, such a call could take the port of the node itself.
 */
const [FIRST, LAST] = [20_000, 32_000];

export async function nodePorts(): Promise<NodePorts> {
  const [client, group, incremental, snapshot] = [
    await lowPort(),
    await lowPort(),
    await lowPort(),
    await lowPort(),
  ];
  return { client, group, incremental, snapshot };
}

/** A free port for a server that others call while it is down. */
export async function lowPort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
