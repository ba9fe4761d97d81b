import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { describeWithPrograms } from '../support/deployment/debian-programs.js';
import { anInstallation, type Installation } from '../support/deployment/installation.js';
import { aSession, aTask, type Page } from '../support/http/http-app.js';
import { readAlerts } from '../support/monitoring/monitoring-files.js';
import { aPrometheus, type Prometheus } from '../support/monitoring/prometheus.js';
import { startPrivateMariaDb } from '../support/mysql-servers/private-mariadb.js';
import { privateServerOfSuite } from '../support/processes/private-server-of-suite.js';

const NAMES = readAlerts()
  .map(({ alert }) => alert)
  .sort();
/** These may fire on a machine with a full disk, or under load, in any test. */
const OF_THE_MACHINE = [
  'EventLoopDelayed',
  'JournalDiskAlmostFull',
  'JournalSyncsSlow',
  'SlowAnswers',
];
const PATIENCE = { timeout: 45_000, interval: 200 };

/** Waits until exactly these alerts fire. */
const firing = (prometheus: Prometheus, ...names: readonly string[]) =>
  vi.waitFor(async () => {
    const found = await prometheus.firing();
    expect(found.filter((name) => !OF_THE_MACHINE.includes(name))).toEqual(names);
  }, PATIENCE);

async function accepted(installation: Installation, collection: string, records: object[]) {
  const body = { [collection]: records };
  const { status, text } = await installation.ask('POST', `${collection}/batch`, body);
  expect([status, text]).toEqual([200, expect.stringContaining('"accepted"')]);
}

async function stored(installation: Installation): Promise<number> {
  const { text } = await installation.ask('GET', 'tasks?fresh=true');
  return (JSON.parse(text) as Page).total;
}

/** Installed and scraped, with every rule evaluated and no alert. */
async function inOrder(server: { readonly url: string }, flushInterval = '0.2') {
  const installation = await anInstallation(server, { BUFFER_FLUSH_INTERVAL: flushInterval });
  const prometheus = await aPrometheus(installation.url, installation.token('prometheus'));
  await vi.waitFor(async () => {
    const targets = await prometheus.targets();
    expect(targets).toEqual([expect.objectContaining({ health: 'up', lastError: '' })]);
    const rules = await prometheus.rules();
    expect(rules.map(({ name }) => name).sort()).toEqual(NAMES);
    for (const rule of rules) expect(rule).toMatchObject({ health: 'ok' });
  }, PATIENCE);
  await firing(prometheus);
  await accepted(installation, 'sessions', [aSession('s-1')]);
  return { installation, prometheus };
}

/** Flips one bit in the record of this key, as a bad disk would. */
function damageJournal(cwd: string, key: string): void {
  const folder = join(cwd, 'data', 'journal');
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.journal'))) {
    const bytes = readFileSync(join(folder, name));
    const at = bytes.indexOf(key);
    if (at < 0) continue;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(join(folder, name), bytes);
    return;
  }
  throw new Error(`the journal does not hold ${key}`);
}

describeWithPrograms('a real Prometheus', ['prometheus', 'nginx', 'openssl'], () => {
  const server = privateServerOfSuite(startPrivateMariaDb);

  it('fires when the database stops, and resolves when it returns, while writes are accepted and none is lost', async () => {
    const { installation, prometheus } = await inOrder(server());
    await server().kill();
    const tasks = Array.from({ length: 200 }, (_, row) => aTask(`t-${row}`, { row_index: row }));
    await accepted(installation, 'tasks', tasks.slice(0, 100));
    await firing(prometheus, 'FlushesFailing', 'StoreDown');
    expect((await installation.ask('GET', '/health/ready')).status).toBe(200);
    await accepted(installation, 'tasks', tasks.slice(100));
    await server().restart();
    await firing(prometheus);
    expect(await stored(installation)).toBe(200);
  });

  it('fires after kill -9 of the service, and resolves with everything it had accepted', async () => {
    const { installation, prometheus } = await inOrder(server(), '3600');
    await accepted(installation, 'tasks', [aTask('t-1')]);
    await installation.service().kill();
    await firing(prometheus, 'ServiceDown');
    expect((await installation.ask('GET', 'tasks')).status).toBe(503);
    await installation.start();
    await firing(prometheus);
    expect(await stored(installation)).toBe(1);
  });

  it('reports a journal that was damaged while the service was down', async () => {
    const { installation, prometheus } = await inOrder(server(), '3600');
    for (const key of ['t-1', 't-damaged', 't-3']) {
      await accepted(installation, 'tasks', [aTask(key)]);
    }
    await installation.service().kill();
    damageJournal(installation.folder, 't-damaged');
    await installation.start();
    await firing(prometheus, 'JournalDamaged');
    expect(await stored(installation)).toBe(2);
  });

  it('reports records in quarantine, and their release', async () => {
    const { installation, prometheus } = await inOrder(server());
    await accepted(installation, 'tasks', [aTask('t-1', { session_id: 'missing' })]);
    await firing(prometheus, 'QuarantineGrowing');
    await accepted(installation, 'sessions', [aSession('missing')]);
    await firing(prometheus);
    expect(await stored(installation)).toBe(1);
  });
});
