import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { encodeHeader, PAYLOAD } from '../../src/adapters/journal/file/segments/frame.js';
import type { Write } from '../../src/domain/write.js';
import { aSession } from '../support/http/http-app.js';
import { told } from '../support/processes/mysql-service.js';
import { ServiceProcess } from '../support/processes/service-process.js';
import { taskWrite } from '../support/records/writes.js';

/** One change of the quarantine in the format of version 1.0.0. */
type Change =
  | {
      readonly put: {
        readonly id: string;
        readonly collection: string;
        readonly write: Write;
        readonly reason: string;
        readonly missingParent: string | null;
        readonly attempts: number;
        readonly quarantinedAt: number;
      };
    }
  | { readonly remove: readonly string[] };

function put(id: string, write: Write, attempts = 1): Change {
  const missingParent = String(write.fields.session_id);
  const reason = `MISSING_PARENT: session_id "${missingParent}" does not exist`;
  const quarantinedAt = write.createdAt;
  const collection = 'translation_tasks';
  return { put: { id, collection, write, reason, missingParent, attempts, quarantinedAt } };
}

/** The file with these changes. */
function logOf(changes: readonly Change[]): Buffer {
  return Buffer.concat(
    changes.flatMap((change, index) => {
      const payload = Buffer.from(JSON.stringify(change));
      const header = encodeHeader({
        sequence: index + 1,
        kind: PAYLOAD.record,
        collection: 0,
        payloadBytes: payload.length,
        payloadCrc: crc32(payload),
      });
      return [header, payload];
    }),
  );
}

async function aFolder(changes: readonly Change[]) {
  const cwd = await mkdtemp(join(tmpdir(), 'ps-earlier-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  await mkdir(join(cwd, 'data/journal'), { recursive: true });
  const log = join(cwd, 'data/journal/quarantine.log');
  await writeFile(log, logOf(changes));
  const run = async (how: 'start' | 'spawn') => {
    const service = await ServiceProcess[how]({ cwd, env: { LOGGING_LEVEL: 'error' } });
    onTestFinished(() => service.kill());
    return service;
  };
  return { log, start: () => run('start'), spawn: () => run('spawn') };
}

interface Quarantined {
  readonly key: string;
  readonly reason: string;
  readonly record: { readonly source_text: string };
}

async function quarantined(service: ServiceProcess): Promise<readonly Quarantined[]> {
  const path = 'quarantine?page_size=100';
  const { items } = await told<{ items: Quarantined[] }>(service, 'GET', path);
  return [...items].sort((a, b) => (a.key < b.key ? -1 : 1));
}

it('the quarantine of version 1.0.0 is imported once, and released like new records', async () => {
  const { log, start } = await aFolder([
    put('1', taskWrite('t-1', 1)),
    put('2', taskWrite('t-2', 2, { session_id: 'never' })),
    put('3', taskWrite('given-up', 3)),
    // Refused again, with a later write merged into it.
    put('1', taskWrite('t-1', 4, { source_text: 'shield' }), 2),
    { remove: ['3'] },
  ]);
  let service = await start();
  expect(await quarantined(service)).toMatchObject([
    {
      key: 't-1',
      reason: 'MISSING_PARENT: session_id "s-1" does not exist',
      record: { source_text: 'shield' },
    },
    { key: 't-2', reason: 'MISSING_PARENT: session_id "never" does not exist' },
  ]);
  expect(existsSync(log)).toBe(false);
  await service.kill();

  service = await start();
  expect((await quarantined(service)).map(({ key }) => key)).toEqual(['t-1', 't-2']);
  await told(service, 'POST', 'sessions/batch?ack=stored', { sessions: [aSession()] });
  expect(await told(service, 'GET', 'sessions/s-1/tasks')).toMatchObject({
    total: 1,
    items: [{ task_id: 't-1', source_text: 'shield' }],
  });
  expect((await quarantined(service)).map(({ key }) => key)).toEqual(['t-2']);

  // A delete covers the imported records too: no start restores them.
  await told(service, 'DELETE', 'sessions/s-1');
  await service.kill();
  service = await start();
  await told(service, 'POST', 'sessions/batch?ack=stored', { sessions: [aSession()] });
  expect(await told(service, 'GET', 'sessions/s-1/tasks')).toMatchObject({ total: 0 });
});

it('a large quarantine of version 1.0.0 is imported in slices', async () => {
  const text = 'x'.repeat(20_000);
  const records = 600;
  const { log, start } = await aFolder(
    Array.from({ length: records }, (_, index) =>
      put(`${index}`, taskWrite(`t-${index}`, index, { source_text: text })),
    ),
  );
  const service = await start();
  expect(await told(service, 'GET', 'quarantine')).toMatchObject({ total: records });
  expect(existsSync(log)).toBe(false);
  await told(service, 'POST', 'sessions/batch?ack=stored', { sessions: [aSession()] });
  expect(await told(service, 'GET', 'sessions/s-1/tasks')).toMatchObject({ total: records });
  expect(await told(service, 'GET', 'quarantine')).toMatchObject({ total: 0 });
});

it('a start that is killed during the import of the quarantine loses none of it', async () => {
  const records = 3_000;
  const { start, spawn } = await aFolder(
    Array.from({ length: records }, (_, index) => put(`${index}`, taskWrite(`t-${index}`, index))),
  );
  for (const milliseconds of [250, 400, 600, 900]) {
    const killed = await spawn();
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await killed.kill();
  }
  const service = await start();
  expect(await told(service, 'GET', 'quarantine')).toMatchObject({ total: records });
});
