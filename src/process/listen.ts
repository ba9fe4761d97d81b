import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The port cannot be used. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Resolves to the URL of the server. Throws ListenError. */
export async function listen(server: Server, { host, port }: Address): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === undefined ? error : new ListenError(listenProblem(error.code, host, port)),
      );
    });
    server.listen(port, host, () => resolve());
  });
  return urlOf(server, host);
}

function listenProblem(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop the process that uses it, or set service.port.`;
    case 'EACCES':
      return `Port ${port} on ${host} may not be used by this user. Choose one above 1023 with service.port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Set service.host.`;
    default:
      return `Listening on ${host}:${port} failed (${code}).`;
  }
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
