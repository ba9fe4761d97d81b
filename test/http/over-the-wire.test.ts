import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { anHttpApp, aTask, BASE } from '../support/http/http-app.js';
import { served } from '../support/http/served-app.js';

const LIMIT = 100_000;
const MEBIBYTE = 1024 ** 2;

async function listening() {
  const app = anHttpApp({}, { bodyLimitBytes: LIMIT });
  return { app, ...(await served(app)) };
}

/** Sends pieces on a plain socket until the server answers or closes; returns the answer. */
function exchange(port: number, head: readonly string[], piece: Buffer, pieces: number) {
  return new Promise<{ answer: string; sent: number }>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    let sent = 0;
    const finish = () => {
      socket.destroy();
      resolve({ answer, sent });
    };
    const write = () => {
      while (sent < pieces && answer === '') {
        sent += 1;
        if (!socket.write(piece)) return;
      }
    };
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('drain', write);
    socket.on('close', finish);
    socket.on('end', finish);
    socket.on('error', (error) => (answer === '' ? reject(error) : finish()));
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    write();
  });
}

const head = (...more: string[]) => [
  `POST ${BASE}/tasks/batch HTTP/1.1`,
  'host: localhost',
  'content-type: application/json',
  ...more,
];

describe('over a real connection', () => {
  it('a chunked batch is accepted', async () => {
    const { app, url } = await listening();
    const pieces = ['{"tasks":[', JSON.stringify(aTask()), ']}'].map((text) => Buffer.from(text));
    const response = await fetch(`${url}/tasks/batch`, {
      method: 'POST',
      body: ReadableStream.from(pieces),
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit);
    await app.asDocumented('POST', `${url}/tasks/batch`, response);
    expect(response.status).toBe(200);
    expect((await app.get('tasks/t-1')).status).toBe(200);
  });

  it('a body declared too large is refused before it is sent, with the limit', async () => {
    const { port } = await listening();
    const declared = head(`content-length: ${LIMIT + 1}`);
    const { answer } = await exchange(port, declared, Buffer.alloc(0), 0);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain(`at most ${LIMIT} bytes`);
  });

  it('a body without a length is refused soon after the limit, and the connection closed', async () => {
    const { port } = await listening();
    const piece = Buffer.from(`4000\r\n${' '.repeat(0x4000)}\r\n`);
    const { answer, sent } = await exchange(
      port,
      head('transfer-encoding: chunked'),
      piece,
      20_000,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('PAYLOAD_TOO_LARGE');
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(sent).toBeLessThan(20_000);
  });

  it.each([
    ['declared', `content-length: ${20 * MEBIBYTE}`, 'x'.repeat(MEBIBYTE)],
    ['in chunks', 'transfer-encoding: chunked', `100000\r\n${'x'.repeat(MEBIBYTE)}\r\n`],
  ])(
    'the refusal reaches a client that reads only after sending everything: %s',
    async (_, length, piece) => {
      const { port } = await listening();
      const client = connect(port, '127.0.0.1').pause();
      const sent = (text: string) =>
        new Promise<void>((resolve, reject) =>
          client.write(text, (error) => (error ? reject(error) : resolve())),
        );
      await sent(`${head(length).join('\r\n')}\r\n\r\n`);
      for (let pieces = 0; pieces < 20; pieces += 1) await sent(piece);
      let answer = '';
      for await (const chunk of client) answer += String(chunk);
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({
        error_code: 'PAYLOAD_TOO_LARGE',
      });
    },
  );

  it('ids of any characters are found under their escaped form', async () => {
    const { app, url } = await listening();
    const ids = ['a/b', 'a%2Fb', '100%', '?#&', 'ä漢🗡️', "o'clock", 'a+b', 'a b'];
    await app.ok(await app.post('tasks/batch', { tasks: ids.map((id) => aTask(id)) }));
    for (const id of ids) {
      const path = `${url}/tasks/${encodeURIComponent(id)}`;
      const response = await app.asDocumented('GET', path, await fetch(path));
      expect(await response.json()).toMatchObject({ task_id: id });
    }
  });
});
