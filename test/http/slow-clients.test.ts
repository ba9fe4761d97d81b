import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { anHttpApp, aSession, aTask, BASE, type HttpTestApp } from '../support/http/http-app.js';
import { served } from '../support/http/served-app.js';

// Real sockets have real timeouts, so this one is short; a busy machine must get a request through.
const TIMEOUT = 500;
const serving = (app: HttpTestApp) => served(app, { requestTimeout: TIMEOUT });

describe('a connection without traffic', () => {
  it('is kept while the service works on the answer', async () => {
    const app = anHttpApp();
    const { url, server } = await serving(app);
    const release = app.taskStore.hang();
    const accepted = fetch(`${url}/sessions/batch?ack=stored`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sessions: [aSession()] }),
    });
    const [, response] = await once(server, 'request');
    await once(response, 'timeout');
    release();
    expect(await (await accepted).json()).toMatchObject({ status: 'stored', count: 1 });
  });

  it('is cut off if its client leaves the answer unread', async () => {
    const app = anHttpApp();
    const tasks = Array.from({ length: 1000 }, (_, index) =>
      aTask(`t-${index}`, { source_text: 'x'.repeat(20_000) }),
    );
    await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
    await app.ok(await app.post('tasks/batch?ack=stored', { tasks }));
    const { port, server } = await serving(app);
    const deaf = connect(port, '127.0.0.1').pause();
    const [connection] = (await once(server, 'connection')) as [Socket];
    deaf.write(
      `POST ${BASE}/recovery/restore/s-1 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n`,
    );
    await once(connection, 'close');
    expect(connection.bytesWritten).toBeLessThan(20_000_000);
    deaf.destroy();
  });
});

describe('a client that pipelines requests', () => {
  const request = `GET ${BASE}/tasks HTTP/1.1\r\nhost: localhost\r\n\r\n`;
  const last = `GET ${BASE}/tasks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
  const answersTo = async (app: HttpTestApp, requests: string) => {
    const { port } = await serving(app);
    const client = connect(port, '127.0.0.1');
    client.on('error', () => undefined);
    client.write(requests);
    let answer = '';
    for await (const chunk of client) answer += String(chunk);
    return answer.match(/HTTP\/1\.1 200/g)?.length ?? 0;
  };

  it('gets all answers if there are few', async () => {
    expect(await answersTo(anHttpApp(), request.repeat(31) + last)).toBe(32);
  });

  it('is cut off if there are many, and no more of them are processed', async () => {
    const app = anHttpApp();
    expect(await answersTo(app, request.repeat(600) + last).catch(() => 0)).toBeLessThan(32);
    const worked = app.logger.lines.filter(({ message }) => message === 'request');
    expect(worked.length).toBeLessThanOrEqual(32);
  });

  it('may send any number of them one after another', async () => {
    const { port } = await serving(anHttpApp());
    const client = connect(port, '127.0.0.1');
    for (let sent = 0; sent < 100; sent += 1) {
      client.write(request);
      expect(String((await once(client, 'data'))[0])).toMatch(/^HTTP\/1\.1 200/);
    }
    client.destroy();
  });
});

describe('a request that cannot be read', () => {
  it.each([
    ['is not HTTP', 'HELO\r\n\r\n', 400],
    ['has headers beyond the limit', `GET / HTTP/1.1\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['stops in its headers', 'GET / HTTP/1.1\r\nho', 408],
  ])('because it %s is answered with its own problem', async (_, text, status) => {
    const { port } = await serving(anHttpApp());
    const client = connect(port, '127.0.0.1');
    client.write(text);
    let answer = '';
    for await (const chunk of client) answer += String(chunk);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*\r\n`));
    expect(head).toMatch(/^content-type: application\/problem\+json$/m);
    expect(head).toMatch(/^x-content-type-options: nosniff$/m);
    const problem = JSON.parse(body) as Record<string, unknown>;
    expect(problem).toMatchObject({ status, error_code: `HTTP_${status}` });
    expect(head).toContain(`x-request-id: ${problem.request_id}`);
  });

  it('because its body stops is answered once, by the app or before it', async () => {
    const { port } = await serving(anHttpApp());
    const client = connect(port, '127.0.0.1');
    client.write(`POST ${BASE}/tasks/batch HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n`);
    client.write('content-type: application/json\r\n\r\n{"t');
    let answer = '';
    for await (const chunk of client) answer += String(chunk);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*"HTTP_408"/s);
  });
});
