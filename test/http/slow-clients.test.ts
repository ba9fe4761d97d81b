import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpServer } from '../../src/adapters/http/server.js';
import { anHttpApp, aSession, aTask, BASE, type HttpTestApp } from '../support/http-app.js';

// Real sockets have real time-outs, so this one is short.
const TIMEOUT = 100;
let server: Server | null = null;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(null));
  server = null;
});

async function serving(app: HttpTestApp) {
  const settings = { requestTimeout: TIMEOUT, maxConnections: 10 };
  const started = createHttpServer(app.app, settings, app);
  server = started;
  started.listen(0, '127.0.0.1');
  await once(started, 'listening');
  const { port } = started.address() as AddressInfo;
  return { server: started, port, url: `http://127.0.0.1:${port}${BASE}` };
}

describe('a connection on which nothing happens for long', () => {
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

  it('is cut off when its client leaves the answer unread', async () => {
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
      `POST ${BASE}/recovery/restore/s-1 HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n`,
    );
    await once(connection, 'close');
    expect(connection.bytesWritten).toBeLessThan(20_000_000);
    deaf.destroy();
  });
});
