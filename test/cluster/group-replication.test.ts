import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { ReplicationGroup } from '../support/group-replication/group.js';
import { contents, storeOn } from '../support/group-replication/group-stores.js';
import { describeOnGroup } from '../support/group-replication/group-suite.js';
import { expectFold, Load } from '../support/group-replication/load.js';
import { aSession } from '../support/http/http-app.js';
import { aService, ask } from '../support/processes/mysql-service.js';
import { SESSIONS, sessionWrite } from '../support/records/writes.js';

/** Longer than a probe of a node takes. */
const PROBED_MS = 3_000;

/** The members, with a secondary first. */
async function secondaryFirst(group: ReplicationGroup) {
  const [first, ...others] = await group.secondaries();
  if (first === undefined) throw new Error('there is no secondary');
  return [first, await group.primary(), ...others];
}

describeOnGroup('a store', (group) => {
  it('starts although the first of its hosts is a secondary, and writes to the primary', async () => {
    const { login } = group();
    const { store, logger } = await storeOn(login, await secondaryFirst(group()));
    expect(store.driver).toMatch(/^mysql2 \(MySQL /);
    await store.write(SESSIONS, [sessionWrite('s-1', 1)]);
    expect(await store.read(SESSIONS, 's-1')).toMatchObject({ key: 's-1' });
    const secondary = /secondary of its group; it is used if it becomes the primary/;
    await vi.waitFor(
      () => expect(logger.lines.filter(({ message }) => secondary.test(message))).toHaveLength(2),
      { timeout: 10_000, interval: 20 },
    );
    // That is no failure.
    expect(store.health().nodes).toEqual({ usable: 3, all: 3 });
    expect(store.concerns()).toEqual([]);
    await store.write(SESSIONS, [sessionWrite('s-2', 1)]);
  });

  it('shows a write to an instance that is still on the old primary after a switch', async () => {
    const { login } = group();
    const [next, old, last] = await secondaryFirst(group());
    if (next === undefined || old === undefined || last === undefined) throw new Error('no three');
    const { store: one } = await storeOn(login, [old, next, last]);
    const { store: other } = await storeOn(login, [next, old, last]);
    await other.write(SESSIONS, [sessionWrite('s-0', 1)]);
    await one.read(SESSIONS, 's-0');
    await group().switchTo(next);
    for (let round = 1; round <= 50; round += 1) {
      await other.write(SESSIONS, [sessionWrite(`s-${round}`, 1)]);
      expect(await one.read(SESSIONS, `s-${round}`)).not.toBe(null);
    }
  });

  it('loses no acknowledged write when the primary is switched in order, under load', async () => {
    const { login } = group();
    const { store } = await storeOn(login, group().members);
    await store.write(SESSIONS, [sessionWrite('s-1', 0)]);
    const load = new Load(store);
    await load.goesOn();
    const [next] = await group().secondaries();
    if (next !== undefined) await group().switchTo(next);
    await load.goesOn();
    await load.stop();
    await expectFold(store, load.acknowledged);
    console.info(`switch: ${load.summary}`);
  });

  it('loses no acknowledged write when the primary is killed under load, and leaves it alone until it has joined again', async () => {
    const { login } = group();
    const primary = await group().primary();
    const others = await group().secondaries();
    const { store } = await storeOn(login, [primary, ...others]);
    await store.write(SESSIONS, [sessionWrite('s-1', 0)]);
    const load = new Load(store);
    await load.goesOn();
    await primary.kill();
    await load.goesOn();
    await expectFold(store, load.settled);
    // It is the first host, and accepts writes, which nobody else would receive.
    await primary.server.restart();
    expect(await primary.query('select @@global.read_only as is_on')).toEqual([{ is_on: 0 }]);
    await sleep(PROBED_MS);
    await load.goesOn();
    await load.stop();
    await primary.join();
    await group().complete();
    await expectFold(store, load.acknowledged);
    const { store: other } = await storeOn(login, [...others, primary]);
    await expectFold(other, load.acknowledged);
    const [one, ...copies] = await contents(group(), login);
    for (const copy of copies) expect(copy).toEqual(one);
    console.info(`failover: ${load.summary}`);
  });

  it('is unavailable while the primary lacks a majority, and goes on when it has one again', async () => {
    const { login } = group();
    const primary = await group().primary();
    const others = await group().secondaries();
    const hosts = [primary, ...others].map(({ port }) => `127.0.0.1:${port}`);
    const service = await aService({
      STORAGE_BACKEND: 'mysql',
      DATABASE_HOSTS: JSON.stringify(hosts),
      DATABASE_USER: login.user,
      DATABASE_DATABASE: login.database,
      BUFFER_DURABILITY: 'stored',
    });
    const post = (key: string) =>
      ask(service, 'POST', 'sessions/batch', { sessions: [aSession(key)] });
    expect((await post('s-1')).status).toBe(200);
    // When they are resumed, each has missed the others for a while.
    await group().setPatience(60);
    for (const other of others) other.pause();
    const begun = performance.now();
    // The read too: by now another instance may have changed the session, where the majority is.
    const refused = await Promise.all([post('s-2'), ask(service, 'GET', 'sessions/s-1')]);
    const noticed = performance.now() - begun;
    for (const { status, body } of refused) {
      expect(status).toBe(503);
      expect(body).toMatchObject({ error_code: 'STORAGE_UNAVAILABLE' });
    }
    for (const other of others) other.resume();
    const resumed = performance.now();
    await vi.waitFor(async () => expect((await post('s-3')).status).toBe(200), {
      timeout: 60_000,
      interval: 100,
    });
    for (const key of ['s-1', 's-3'])
      expect((await ask(service, 'GET', `sessions/${key}`)).status).toBe(200);
    console.info(
      `no majority: refused after ${noticed.toFixed(0)} ms, served ${(performance.now() - resumed).toFixed(0)} ms after the others were back`,
    );
  });
});
