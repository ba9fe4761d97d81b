import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { createHttpServer, type ServerSettings } from '../../../src/adapters/http/server/server.js';
import { BASE, type HttpTestApp, type Problem } from './http-app.js';

export interface ServedApp {
  readonly server: Server;
  readonly port: number;
  /** Includes the base of the API. */
  readonly url: string;
}

/**
 * The app behind the HTTP server of the service, on a loopback port; stopped when the test is over.
 */
export async function served(
  app: HttpTestApp,
  settings: Partial<ServerSettings> = {},
): Promise<ServedApp> {
  const server = createHttpServer(
    app.app,
    { requestTimeout: 5000, maxConnections: 10, ...settings },
    { logger: app.logger, clock: app.clock, metrics: app.httpMetrics },
  );
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `http://127.0.0.1:${port}${BASE}` };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The data after the first answer. */
  readonly rest: string;
  readonly problem: Partial<Problem>;
}

/** Sends bytes on a new connection and returns the data received until it was closed. */
export async function sendRaw(port: number, text: string): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  const first = answer.replace('HTTP/1.1 100 Continue\r\n\r\n', '');
  const head = first.slice(0, first.indexOf('\r\n\r\n'));
  const [line = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((header) => [
      header.slice(0, header.indexOf(':')),
      header.slice(header.indexOf(':') + 1),
    ]),
  );
  const bytes = Buffer.from(first.slice(head.length + 4));
  const length = Number(headers.get('content-length') ?? bytes.length);
  const body = bytes.subarray(0, length).toString();
  const isProblem = headers.get('content-type') === 'application/problem+json';
  const problem = isProblem && body !== '' ? (JSON.parse(body) as Problem) : {};
  const status = Number(/^HTTP\/1\.1 (\d+) /.exec(line)?.[1] ?? 0);
  return { status, headers, body, problem, rest: bytes.subarray(length).toString() };
}
