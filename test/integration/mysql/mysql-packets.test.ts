import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MAX_TEXT_BYTES } from '../../../src/domain/collection.js';
import { ConfigurationError } from '../../../src/ports/configuration-error.js';
import { aSession, aTask } from '../../support/http/http-app.js';
import { withConnection } from '../../support/mysql-servers/connection.js';
import { cutOff } from '../../support/mysql-servers/cut-off.js';
import { freshDatabase } from '../../support/mysql-servers/mysql-servers.js';
import { PRIVATE_PRODUCTS } from '../../support/mysql-servers/private-products.js';
import type { PrivateServer } from '../../support/mysql-servers/private-server.js';
import { aService, ask, mysqlEnv, told } from '../../support/processes/mysql-service.js';
import { privateServerOfSuite } from '../../support/processes/private-server-of-suite.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';
import { aMysqlStore } from '../../support/stores/mysql-store.js';

const MiB = 1024 ** 2;
/** The size of the largest task, rounded up as in the refusal of a smaller limit. */
const LEAST = 9 * MiB;

const query = (server: PrivateServer, sql: string) => withConnection(server.url, (ask) => ask(sql));

/** For connections opened from now on, until the test is over. */
async function limitPackets(server: PrivateServer, bytes: number) {
  const [before] = await query(server, 'select @@global.max_allowed_packet as bytes');
  await query(server, `set global max_allowed_packet = ${bytes}`);
  onTestFinished(async () => {
    await query(server, `set global max_allowed_packet = ${Number(before?.bytes)}`);
  });
}

async function aStore(server: PrivateServer, open = true) {
  const { store } = await aMysqlStore(server);
  if (open) await store.open();
  return store;
}

describe.each(PRIVATE_PRODUCTS)('the largest packet of a %s', (_product, start) => {
  const server = privateServerOfSuite(start);

  it('that is too small for the largest record stops the start, and the message says what to set', async () => {
    await limitPackets(server(), LEAST - MiB);
    const store = await aStore(server(), false);
    const refused = store.open();
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(
      /max_allowed_packet .+ 8388608 bytes.+ Set it to 9M or more/,
    );
  });

  it('that is just large enough accepts the largest task and session', async () => {
    await limitPackets(server(), LEAST);
    const store = await aStore(server());
    // Each is sent with a backslash before it.
    const text = `'`.repeat(MAX_TEXT_BYTES);
    const json = JSON.stringify({ note: '"'.repeat(MAX_TEXT_BYTES / 2 - 10) });
    const name = '🗡'.repeat(255);
    const session = sessionWrite('s-1', 1, { filename: name, game_info: json, metadata: json });
    const texts = { source_text: text, target_text: text, context: text, error_message: text };
    const task = taskWrite('t-1', 1, { ...texts, sheet_name: name, column_name: name });
    await store.write(SESSIONS, [session]);
    await store.write(TASKS, [task]);
    const found = { ...(await store.read(SESSIONS, 's-1'))?.fields };
    const ofTask = { ...(await store.read(TASKS, 't-1'))?.fields };
    // Not compared as objects: the difference would be printed, with megabytes.
    for (const [name, value] of Object.entries(session.fields)) {
      expect([name, isDeepStrictEqual(found[name], value)]).toEqual([name, true]);
    }
    for (const [name, value] of Object.entries(task.fields)) {
      expect([name, isDeepStrictEqual(ofTask[name], value)]).toEqual([name, true]);
    }
  });

  it('accepts a bulk write that is many times as large', async () => {
    await limitPackets(server(), LEAST);
    const store = await aStore(server());
    await store.write(SESSIONS, [sessionWrite('s-1', 1)]);
    const tasks = Array.from({ length: 30 }, (_, row) =>
      taskWrite(`t-${row}`, row, { source_text: '剣"'.repeat(MAX_TEXT_BYTES / 4) }),
    );
    await store.write(TASKS, tasks);
    expect(
      (
        await store.existing(
          TASKS,
          tasks.map(({ key }) => key),
        )
      ).size,
    ).toBe(30);
  });

  it('that was reduced meanwhile refuses the record that does not fit, to the byte', async () => {
    const store = await aStore(server());
    await store.write(SESSIONS, [sessionWrite('s-1', 1)]);
    await limitPackets(server(), MiB);
    await cutOff(server().url);
    await vi.waitFor(() => store.healthCheck(), { timeout: 30_000 });
    const withText = (length: number) => [taskWrite('t-1', 1, { source_text: 'a'.repeat(length) })];
    let [fits, tooLong] = [MiB / 2, MiB];
    while (tooLong - fits > 1) {
      const middle = Math.floor((fits + tooLong) / 2);
      const error = await store.write(TASKS, withText(middle)).catch((thrown: unknown) => thrown);
      // Never an outage: no statement is sent for which the server would close the connection.
      if (error !== 0) expect(error).toMatchObject({ reason: 'TOO_LARGE' });
      [fits, tooLong] = error === 0 ? [middle, tooLong] : [fits, middle];
    }
    expect(MiB - fits).toBeLessThan(16 * 1024);
    const { source_text } = { ...(await store.read(TASKS, 't-1'))?.fields };
    expect(String(source_text).length).toBe(fits);
    const escaped = store.write(TASKS, [taskWrite('t-2', 1, { source_text: `'`.repeat(fits) })]);
    await expect(escaped).rejects.toMatchObject({ reason: 'TOO_LARGE' });
  });

  it('does not block other records: those that fit are stored, and the rest waits and is named', async () => {
    const database = await freshDatabase(server());
    onTestFinished(() => database.drop());
    const service = await aService(mysqlEnv(database.url));
    await limitPackets(server(), MiB);
    await cutOff(server().url);
    // Random: the quarantine compresses large records.
    const long = randomBytes(525_000).toString('base64');
    const tasks = [
      ...Array.from({ length: 20 }, (_, row) => aTask(`t-${row}`, { source_text: 'short' })),
      aTask('t-large', { source_text: long, ...{ target_text: long } }),
      ...Array.from({ length: 20 }, (_, row) => aTask(`t-long-${row}`, { source_text: long })),
    ];
    await told(service, 'POST', 'sessions/batch', { sessions: [aSession()] });
    await told(service, 'POST', 'tasks/batch', { tasks });
    // It does not fit into the quarantine of that server either.
    expect((await ask(service, 'POST', 'flush')).status).toBe(503);
    expect(await told(service, 'GET', 'tasks?page_size=1')).toMatchObject({ total: 40 });
    expect(await told(service, 'GET', 'quarantine')).toMatchObject({ total: 0 });
    const { problems } = await told<{ problems: string[] }>(service, 'GET', '/health');
    expect(problems.join()).toMatch(/"t-large".*TOO_LARGE/);
    expect(await told(service, 'GET', 'tasks/t-large')).toMatchObject({ source_text: long });
  });
});
