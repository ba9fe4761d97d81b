import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Below the ports that the system gives to outgoing connections: a server that is installed first,
 * or that is down for a while, would find its port taken by a connection of another test.
 */
const [FIRST, LAST] = [20_000, 32_000];
const BLOCK = 200;
const BLOCKS = (LAST - FIRST) / BLOCK;

let block: Promise<number> | null = null;
let given = 0;

/** A free port of 127.0.0.1, which no other process gets by this while this one runs. */
export async function freePort(): Promise<number> {
  block ??= claimBlock();
  const first = await block;
  for (let tries = 1; tries < BLOCK; tries += 1) {
    const port = first + 1 + (given++ % (BLOCK - 1));
    const server = await listen(port);
    if (server === null) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error(`none of the ports ${first + 1} to ${first + BLOCK - 1} is free`);
}

/** The first port of a block, which this process holds to its end: the others are its own. */
async function claimBlock(): Promise<number> {
  for (let tries = 0; tries < BLOCKS; tries += 1) {
    const first = FIRST + ((process.pid + tries) % BLOCKS) * BLOCK;
    const holder = await listen(first);
    if (holder === null) continue;
    holder.unref();
    return first;
  }
  throw new Error(`other processes hold all ports from ${FIRST} to ${LAST}`);
}

/** Null if something listens there. */
export function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
