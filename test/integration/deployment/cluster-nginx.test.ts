import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { aBalancer } from '../../support/deployment/balancer.js';
import { describeWithPrograms } from '../../support/deployment/debian-programs.js';
import { BASE } from '../../support/http/http-app.js';
import { freePort } from '../../support/processes/free-port.js';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const ok: Answer = (response) => response.end('{}');
const unavailable: Answer = (response) => response.writeHead(503, { 'retry-after': '7' }).end('{}');
/** Takes the request and dies. */
const dies: Answer = (response) => response.destroy();

/** An instance that answers so; it counts its requests. */
async function anInstance(answer: Answer): Promise<{ readonly port: number; count: number }> {
  const server = createServer((request, response) => {
    instance.count += 1;
    request.resume().once('end', () => answer(response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const instance = { port: (server.address() as AddressInfo).port, count: 0 };
  return instance;
}

const post = (url: string, path: string) =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"tasks":[]}',
  });
const statuses = async (asking: () => Promise<Response>, times = 4) => {
  const found = [];
  for (let time = 0; time < times; time += 1) found.push((await asking()).status);
  return found;
};

describeWithPrograms('nginx in front of two instances', ['nginx'], () => {
  it('sends requests to both', async () => {
    const [one, two] = [await anInstance(ok), await anInstance(ok)];
    const url = await aBalancer([one.port, two.port]);
    expect(await statuses(() => fetch(`${url}/health`))).toEqual([200, 200, 200, 200]);
    expect([one.count, two.count]).toEqual([2, 2]);
  });

  it.each([
    ['dies during the request', dies],
    ['answers 503', unavailable],
  ])('repeats a batch on the other instance if one %s', async (_, answer) => {
    const [bad, good] = [await anInstance(answer), await anInstance(ok)];
    const url = await aBalancer([bad.port, good.port]);
    for (const name of ['sessions', 'tasks']) {
      const path = `${BASE}/${name}/batch?ack=stored`;
      expect(await statuses(() => post(url, path), 2)).toEqual([200, 200]);
    }
    expect([bad.count > 0, good.count]).toEqual([true, 4]);
  });

  it('repeats every request that could not be sent at all', async () => {
    const good = await anInstance(ok);
    const url = await aBalancer([await freePort(), good.port]);
    expect(await statuses(() => post(url, `${BASE}/sessions/cleanup`))).toEqual([
      200, 200, 200, 200,
    ]);
    expect(good.count).toBe(4);
  });

  it('does not repeat a clean-up that one instance may have done', async () => {
    const [one, two] = [await anInstance(dies), await anInstance(dies)];
    const url = await aBalancer([one.port, two.port]);
    const answer = await post(url, `${BASE}/sessions/cleanup`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(one.count + two.count).toBe(1);
  });

  it('leaves out an instance that fails, for a while', async () => {
    const [bad, good] = [await anInstance(unavailable), await anInstance(ok)];
    const url = await aBalancer([bad.port, good.port]);
    await statuses(() => fetch(`${url}/health`), 12);
    expect([bad.count, good.count]).toEqual([3, 12]);
  });

  it('passes on the 503 of the instances if no other answers', async () => {
    const [one, two] = [await anInstance(unavailable), await anInstance(unavailable)];
    const url = await aBalancer([one.port, two.port]);
    const answer = await post(url, `${BASE}/tasks/batch`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
    expect([one.count, two.count]).toEqual([1, 1]);
  });

  it('answers 503 in the form of the service if no instance answers', async () => {
    const url = await aBalancer([await freePort(), await freePort()]);
    const answer = await fetch(`${url}/health`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.json()).toMatchObject({ status: 503, error_code: 'HTTP_503' });
  });

  it('refuses metrics, which each instance counts for itself', async () => {
    const one = await anInstance(ok);
    const url = await aBalancer([one.port, one.port]);
    expect((await fetch(`${url}/api/v1/system/metrics`)).status).toBe(403);
    expect(one.count).toBe(0);
  });
});
