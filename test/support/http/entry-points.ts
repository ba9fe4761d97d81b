import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Installation } from '../deployment/installation.js';
import type { Problem } from './http-app.js';

/** A local address that no other client of a test uses. */
const UNKNOWN_CLIENT = '127.0.0.2';

/** An entry point of an installation: nginx, or the service directly. */
export interface EntryPoint {
  readonly name: string;
  /** A connection of an unknown client; closed when the test is over. */
  readonly connect: () => Promise<Socket>;
}

export function entryPointsOf({
  proxy,
  url,
}: Installation): readonly [nginx: EntryPoint, direct: EntryPoint] {
  const port = Number(new URL(url).port);
  const from = { host: '127.0.0.1', localAddress: UNKNOWN_CLIENT };
  return [
    {
      name: 'nginx',
      connect: () => {
        const trust = { ca: proxy.certificate, servername: 'persistence.example.org' };
        return connected(connectTls({ ...from, ...trust, port: proxy.tlsPort }), 'secureConnect');
      },
    },
    { name: 'direct', connect: () => connected(connect({ ...from, port }), 'connect') },
  ];
}

function connected(socket: Socket, event: string): Promise<Socket> {
  onTestFinished(() => void socket.destroy());
  return new Promise((resolve, reject) => {
    socket.once('error', reject).once(event, () => {
      socket.off('error', reject).on('error', () => undefined);
      resolve(socket);
    });
  });
}

export interface RawAnswer {
  /** 0 if the connection was closed without an answer. */
  readonly status: number;
  /** The status line and the headers, as received. */
  readonly head: string;
  readonly problem: Partial<Problem>;
  /** Bytes of the body that were sent. */
  readonly sent: number;
}

/** Reads the answer on a connection until it is closed. */
export async function answerOn(socket: Socket): Promise<Omit<RawAnswer, 'sent'>> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise((resolve) => socket.once('close', resolve));
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0);
  const isProblem = /content-type: application\/problem\+json/i.test(head);
  return { status, head, problem: isProblem ? (JSON.parse(body) as Problem) : {} };
}

/** Sends a request without keep-alive, its body until it is answered, and returns the answer. */
export async function exchange(
  entryPoint: EntryPoint,
  head: readonly string[],
  pieces: Iterable<string | Buffer>,
): Promise<RawAnswer> {
  const socket = await entryPoint.connect();
  const answer = answerOn(socket);
  let [sent, isAnswered] = [0, false];
  socket.once('data', () => {
    isAnswered = true;
  });
  socket.write(`${[...head, 'host: localhost', 'connection: close'].join('\r\n')}\r\n\r\n`);
  for (const piece of pieces) {
    if (isAnswered || socket.destroyed) break;
    sent += piece.length;
    // Also called if the connection is closed meanwhile.
    await new Promise((resolve) => socket.write(piece, resolve));
  }
  return { ...(await answer), sent };
}
