import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { anHttpApp, BASE } from '../../support/http/http-app.js';
import { served } from '../../support/http/served-app.js';

const MEBIBYTE = 1024 ** 2;
const SPACES = new Uint8Array(MEBIBYTE).fill(0x20);

/** Sends an empty batch after `bytes` of spaces, in steps that the test controls. */
function aSlowBatch(app: ReturnType<typeof anHttpApp>, bytes: number) {
  let finish: (error?: Error) => void = () => undefined;
  const told = new Promise<void>((resolve, reject) => {
    finish = (error) => (error === undefined ? resolve() : reject(error));
  });
  let arrived: () => void = () => undefined;
  const underWay = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let sent = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = SPACES.subarray(0, bytes - sent);
        sent += piece.length;
        if (piece.length > 0) return controller.enqueue(piece);
        arrived();
        await told;
        controller.enqueue(new TextEncoder().encode('{"tasks":[]}'));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { 'content-type': 'application/json' };
  const init = { body, headers, duplex: 'half' } as RequestInit;
  const answer = app.request('POST', 'tasks/batch', init);
  return { answer, underWay: Promise.race([underWay, answer]), finish };
}

async function aBusyApp() {
  const app = anHttpApp();
  const slow = [1, 2, 3, 4].map(() => aSlowBatch(app, 31 * MEBIBYTE));
  await Promise.all(slow.map(({ underWay }) => underWay));
  return { app, slow };
}

/** The body was admitted and read; so much white space is refused afterwards. */
const READ = 422;

describe('bodies in flight', () => {
  const declared = (bytes: number) => ({
    body: `{"tasks":[]}`.padEnd(bytes),
    headers: { 'content-type': 'application/json', 'content-length': String(bytes) },
  });
  const sizes = [
    ['declared and small', declared(200_000)],
    ['declared and large', declared(8 * MEBIBYTE)],
  ] as const;

  it('may take 128 MiB of memory together; more are refused until one is done', async () => {
    const { app, slow } = await aBusyApp();
    const filling = aSlowBatch(app, 4 * MEBIBYTE - 100_000);
    await filling.underWay;
    for (const [, init] of sizes) {
      const response = await app.request('POST', 'tasks/batch', init);
      expect(response.headers.get('retry-after')).toBe('1');
      const problem = await app.problem(response);
      expect(problem).toMatchObject({ status: 503, error_code: 'BUFFER_FULL' });
      expect(problem.detail).toContain('134217728 bytes');
    }
    const late = await aSlowBatch(app, MEBIBYTE).answer;
    expect(late.status).toBe(503);
    expect(late.headers.get('connection')).toBe('close');
    for (const one of [...slow, filling]) one.finish();
    for (const one of [...slow, filling]) expect((await one.answer).status).toBe(READ);
    for (const [what, init] of sizes) {
      const { status } = await app.request('POST', 'tasks/batch', init);
      expect(status).toBe(what === 'declared and small' ? 200 : READ);
    }
  });

  it('free their share of the budget when they are cut off', async () => {
    const { app, slow } = await aBusyApp();
    expect((await app.request('POST', 'tasks/batch', declared(8 * MEBIBYTE))).status).toBe(503);
    slow[0]?.finish(new Error('The client went away'));
    expect((await slow[0]?.answer)?.status).toBe(408);
    expect((await app.request('POST', 'tasks/batch', declared(8 * MEBIBYTE))).status).toBe(READ);
    for (const one of slow) one.finish();
    await Promise.all(slow.map(({ answer }) => answer));
  });

  it('do not delay a request without a body', async () => {
    const { app, slow } = await aBusyApp();
    expect((await app.get('tasks')).status).toBe(200);
    expect((await app.post('flush')).status).toBe(200);
    for (const one of slow) one.finish();
    await Promise.all(slow.map(({ answer }) => answer));
  });

  describe('over real connections', () => {
    const head = (length: string) =>
      `POST ${BASE}/tasks/batch HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${length}\r\n\r\n`;
    const opened = (port: number, length: string) => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
      socket.write(head(length));
      return socket;
    };

    it('take no room before they come, however many are announced', async () => {
      const most = 600;
      const limits = { maxConnections: 2 * most, requestTimeout: 60_000 };
      const { port, url, server } = await served(anHttpApp(), limits);
      for (let begun = 0; begun < most; begun += 1) {
        const coming = once(server, 'request');
        opened(port, `content-length: ${MEBIBYTE / 4}`);
        await coming;
      }
      const init = { method: 'POST', ...declared(200_000) };
      expect((await fetch(`${url}/tasks/batch`, init)).status).toBe(200);
    });

    it('are refused in the middle with an answer that arrives', async () => {
      const { app, slow } = await aBusyApp();
      const filling = aSlowBatch(app, 4 * MEBIBYTE - 100_000);
      await filling.underWay;
      const { port } = await served(app, { requestTimeout: 60_000 });
      const client = opened(port, 'transfer-encoding: chunked');
      const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
      client.write(chunk.repeat(2));
      const answer = String((await once(client, 'data'))[0]);
      expect(answer).toMatch(/^HTTP\/1\.1 503 .*^connection: close.*BUFFER_FULL/ims);
      client.write(`${chunk}0\r\n\r\n`);
      const [hadError] = await once(client, 'close');
      expect(hadError).toBe(false);
      for (const one of [...slow, filling]) one.finish();
      await Promise.all([...slow, filling].map((each) => each.answer));
    });

    it('come whole in pieces of any size', async () => {
      const { port } = await served(anHttpApp(), { requestTimeout: 60_000 });
      const client = opened(port, 'content-length: 40012');
      for (const piece of ['{', '"tasks":', '[]', ' '.repeat(40_000), '}']) {
        await new Promise((resolve) => client.write(piece, resolve));
      }
      expect(String((await once(client, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
    });
  });
});
