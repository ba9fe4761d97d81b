import { expect, it, onTestFinished } from 'vitest';
import { describeWithPrograms } from '../../support/deployment/debian-programs.js';
import { aDeployedTarget } from '../../support/deployment/deployed.js';
import { aProxy, type ProxyAnswer } from '../../support/deployment/nginx.js';
import { anApiKey } from '../../support/http/api-keys.js';
import { aSession, aTask, BASE, type Page } from '../../support/http/http-app.js';
import { freshDatabase } from '../../support/mysql-servers/mysql-servers.js';
import { startPrivateMariaDb } from '../../support/mysql-servers/private-mariadb.js';
import { mysqlEnv } from '../../support/processes/mysql-service.js';
import { privateServerOfSuite } from '../../support/processes/private-server-of-suite.js';

const CLIENTS = 4;
const TASKS_PER_BATCH = 50;
/** Acknowledged batches of all clients between one step of the test and the next. */
const MEANWHILE = 40;

const { key, token } = anApiKey('backend', 'read', 'write');

/** Deployed by the scripts, on MySQL, behind nginx; every request has the key. */
async function deployed(server: { readonly url: string }) {
  const database = await freshDatabase(server);
  onTestFinished(() => database.drop());
  const target = await aDeployedTarget({
    ...mysqlEnv(database.url),
    AUTH_API_KEYS: JSON.stringify([key]),
    BUFFER_FLUSH_INTERVAL: '0.2',
  });
  expect(await target.run('start.sh')).toMatchObject({ code: 0 });
  const proxy = await aProxy(Number(new URL(target.url).port));
  const ask = (method: string, path: string, body?: unknown) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return proxy.ask(`${BASE}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(text === undefined
          ? {}
          : {
              'content-type': 'application/json',
              'content-length': String(Buffer.byteLength(text)),
            }),
      },
      ...(text === undefined ? {} : { body: text }),
    });
  };
  return { target, ask };
}

type Ask = Awaited<ReturnType<typeof deployed>>['ask'];

/** Clients that post batch after batch, each until it is answered with 200. */
class Load {
  readonly answered: string[] = [];
  readonly refusals: ProxyAnswer[] = [];
  #over = false;
  readonly #clients: readonly Promise<void>[];

  constructor(ask: Ask) {
    this.#clients = Array.from({ length: CLIENTS }, (_, client) => this.#post(ask, client));
  }

  async stop(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#clients);
  }

  /** Resolves after this many more batches were acknowledged. */
  more(batches: number): Promise<void> {
    const wanted = this.answered.length + batches * TASKS_PER_BATCH;
    return expect
      .poll(() => this.answered.length, { timeout: 60_000, interval: 20 })
      .toBeGreaterThanOrEqual(wanted);
  }

  async #post(ask: Ask, client: number): Promise<void> {
    for (let batch = 0; !this.#over; batch += 1) {
      const ids = Array.from({ length: TASKS_PER_BATCH }, (_, row) => `${client}-${batch}-${row}`);
      const tasks = ids.map((id) => aTask(id, { source_text: `text of ${id}` }));
      for (;;) {
        const answer = await ask('POST', 'tasks/batch', { tasks });
        if (answer.status === 200) break;
        this.refusals.push(answer);
        // Sooner than Retry-After, to hit every moment of the stop and the start.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      this.answered.push(...ids);
    }
  }
}

async function readBack(ask: Ask): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  let after = '&fresh=true';
  for (;;) {
    const { status, text } = await ask('GET', `tasks?page_size=100&order=asc${after}`);
    if (status !== 200) throw new Error(text);
    const { items, next_cursor } = JSON.parse(text) as Page;
    for (const { task_id, source_text } of items) found.set(String(task_id), source_text);
    if (next_cursor === null) return found;
    after = `&cursor=${encodeURIComponent(next_cursor)}`;
  }
}

describeWithPrograms('stop.sh and start.sh while clients write', ['nginx', 'openssl'], () => {
  const server = privateServerOfSuite(startPrivateMariaDb);

  it('lose no acknowledged write, and every other request is clearly refused', async () => {
    const { target, ask } = await deployed(server());
    const session = await ask('POST', 'sessions/batch', { sessions: [aSession('s-1')] });
    expect(session.status).toBe(200);
    const load = new Load(ask);
    for (let round = 0; round < 2; round += 1) {
      await load.more(MEANWHILE);
      const refused = load.refusals.length;
      expect(await target.run('stop.sh')).toMatchObject({ code: 0 });
      await expect.poll(() => load.refusals.length, { timeout: 30_000 }).toBeGreaterThan(refused);
      expect(await target.run('start.sh')).toMatchObject({ code: 0 });
    }
    await load.more(MEANWHILE);
    await load.stop();

    for (const { status, headers, text } of load.refusals) {
      expect([status, headers['content-type']]).toEqual([503, 'application/problem+json']);
      expect(Number(headers['retry-after']), text).toBeGreaterThan(0);
    }
    const found = await readBack(ask);
    expect(found).toEqual(new Map(load.answered.sort().map((id) => [id, `text of ${id}`])));
  });
});
