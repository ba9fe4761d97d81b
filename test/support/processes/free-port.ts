import { createServer } from 'node:net';

/**
 * Below the ports that the system gives to outgoing connections: a server that is installed first,
 * or that is down for a while, would find its port taken by a connection of another test.
 */
const [FIRST, LAST] = [20_000, 32_000];
/** Processes that follow one another have ports of their own: two tests never ask for the same. */
const PER_PROCESS = 200;
const first = FIRST + (process.pid % ((LAST - FIRST) / PER_PROCESS)) * PER_PROCESS;
let given = 0;

/** A free port of 127.0.0.1, which this process gives away once in 200 calls. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PER_PROCESS; tries += 1) {
    const port = first + (given++ % PER_PROCESS);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of the ports ${first} to ${first + PER_PROCESS - 1} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
