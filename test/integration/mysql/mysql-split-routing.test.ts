import { expect, it, onTestFinished, vi } from 'vitest';
import { aSession, aTask, type Page } from '../../support/http/http-app.js';
import {
  describeOnMysqlServers,
  freshDatabase,
} from '../../support/mysql-servers/mysql-servers.js';
import type { MysqlServer } from '../../support/mysql-servers/provided.js';
import { aService, ask, mysqlEnv, told } from '../../support/processes/mysql-service.js';
import type { ServiceProcess } from '../../support/processes/service-process.js';

/** Sessions in SQLite, tasks in MySQL: no foreign key between them. */
async function aSplitService(server: MysqlServer): Promise<ServiceProcess> {
  const database = await freshDatabase(server);
  onTestFinished(() => database.drop());
  return aService({
    ...mysqlEnv(database.url),
    STORAGE_BACKEND: 'sqlite',
    STORAGE_ROUTES: 'translation_tasks=mysql',
  });
}

type Records = readonly Record<string, unknown>[];
const store = (service: ServiceProcess, sessions: Records, tasks: Records) =>
  Promise.all([
    told(service, 'POST', 'sessions/batch', { sessions }),
    told(service, 'POST', 'tasks/batch', { tasks }),
  ]).then(() => told(service, 'POST', 'flush'));
const keysIn = async (service: ServiceProcess, path: string, key = 'task_id') =>
  (await told<Page>(service, 'GET', `${path}&order=asc`)).items.map((item) => item[key]);

describeOnMysqlServers('sessions in SQLite and tasks', (server) => {
  it('are deleted together, and no others', async () => {
    const service = await aSplitService(server);
    // More than one delete statement takes, and ids that a collation could confuse.
    const many = Array.from({ length: 1201 }, (_, index) => aTask(`t-${index}`));
    await store(service, [aSession('s-1'), aSession('S-1')], many);
    await told(service, 'POST', 'tasks/batch', { tasks: [aTask('other', { session_id: 'S-1' })] });
    expect(await told(service, 'DELETE', 'sessions/s-1')).toMatchObject({ deleted_tasks: 1201 });
    expect((await ask(service, 'GET', 'sessions/s-1')).status).toBe(404);
    expect((await ask(service, 'GET', 'tasks/t-7')).status).toBe(404);
    expect((await ask(service, 'DELETE', 'sessions/s-1')).status).toBe(404);
    expect(await keysIn(service, 'tasks?fresh=true')).toEqual(['other']);
  });

  it('are cleaned up together', async () => {
    const service = await aSplitService(server);
    await store(
      service,
      [
        aSession('done', { status: 'completed' }),
        aSession('s-1'),
        aSession('bad', { status: 'failed' }),
      ],
      [
        aTask('t-1'),
        aTask('t-2', { session_id: 'done', status: 'completed' }),
        aTask('t-3', { session_id: 'bad' }),
      ],
    );
    const path = 'sessions/cleanup?completed_days=0&failed_days=1';
    const report = { deleted_sessions: 1, deleted_tasks: 1 };
    // Only records created before the present millisecond are old.
    await vi.waitFor(
      async () =>
        expect(await told(service, 'POST', `${path}&dry_run=true`)).toEqual({
          ...report,
          dry_run: true,
        }),
      { timeout: 30_000 },
    );
    expect(await told(service, 'POST', path)).toEqual({ ...report, dry_run: false });
    expect(await keysIn(service, 'sessions?', 'session_id')).toEqual(['bad', 's-1']);
    expect(await keysIn(service, 'tasks?')).toEqual(['t-1', 't-3']);
  });

  it('are restored together', async () => {
    const service = await aSplitService(server);
    await told(service, 'POST', 'sessions/batch', { sessions: [aSession('s-1'), aSession('s-2')] });
    const tasks = [
      aTask('t-1', { status: 'completed' }),
      aTask('t-2', { status: 'processing', source_text: '剣 🗡' }),
      aTask('t-3', { session_id: 's-2' }),
      aTask('t-4'),
    ];
    await told(service, 'POST', 'tasks/batch', { tasks });
    const restored = await told<{ tasks: Records }>(service, 'POST', 'recovery/restore/s-1');
    expect(restored).toMatchObject({ session: { session_id: 's-1' }, tasks_count: 2 });
    expect(restored.tasks).toMatchObject([tasks[1], tasks[3]]);
    expect(await told(service, 'GET', 'recovery/incomplete-sessions')).toMatchObject({ count: 2 });
  });

  it('are counted together, each in its store', async () => {
    const service = await aSplitService(server);
    await store(
      service,
      [aSession('s-1')],
      [aTask('t-1', { confidence: 0.5, duration_ms: 10 }), aTask('t-2', { status: 'failed' })],
    );
    expect(await told(service, 'GET', 'stats')).toMatchObject({
      sessions: { total: 1, by_status: { processing: 1 } },
      tasks: { total: 2, by_status: { failed: 1, pending: 1 }, avg_confidence: 0.5 },
      storage: [
        { backend: 'sqlite', collections: ['translation_sessions'] },
        {
          backend: 'mysql',
          driver: `mysql2 (${server.label})`,
          collections: ['translation_tasks'],
          size_bytes: expect.any(Number),
        },
      ],
    });
  });

  it('are separated if a task has no session, and joined when the session arrives', async () => {
    const service = await aSplitService(server);
    const orphan = aTask('t-1', { session_id: 'late' });
    const stored = await told(service, 'POST', 'tasks/batch?ack=stored', { tasks: [orphan] });
    expect(stored.quarantined).toMatchObject([
      { index: 0, key: 't-1', reason: 'MISSING_PARENT: session_id "late" does not exist' },
    ]);
    expect(await told(service, 'GET', 'quarantine')).toMatchObject({
      total: 1,
      items: [{ collection: 'translation_tasks', key: 't-1', attempts: 1, record: orphan }],
    });
    expect(await told(service, 'GET', '/health')).toMatchObject({ status: 'degraded' });

    await told(service, 'POST', 'sessions/batch?ack=stored', { sessions: [aSession('late')] });
    expect(await told(service, 'GET', 'sessions/late/tasks?fresh=true')).toMatchObject({
      total: 1,
      items: [orphan],
    });
    expect(await told(service, 'GET', 'quarantine')).toMatchObject({ total: 0 });
    expect(await told(service, 'GET', '/health')).toMatchObject({
      status: 'healthy',
      buffer: {
        accepted: 3,
        stored: 2,
        coalesced: 0,
        pending: 0,
        quarantined: 1,
        in_quarantine: 0,
      },
    });
  });
});
