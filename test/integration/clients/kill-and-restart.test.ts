import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eachTask,
  PersistenceClient,
  type TaskWrite,
  TaskWriter,
} from '../../../clients/typescript/index.js';
import { aSession, aTask } from '../../support/http/http-app.js';
import { freePort } from '../../support/processes/free-port.js';
import { ServiceProcess } from '../../support/processes/service-process.js';

const TASKS = 4000;
const STATES = ['pending', 'processing', 'completed'] as const;
const text = (index: number) => `翻译 ${index} 🏮 ${'é'.repeat(index % 200)}`;

let folder: string;
let service: ServiceProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ps-writer-'));
});
afterEach(async () => {
  await service?.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** The writes of a task: each later one leaves out or clears what an earlier one set. */
function writeOf(index: number, status: (typeof STATES)[number]): TaskWrite {
  const fields = {
    pending: { context: `row ${index}`, retry_count: index % 3 },
    processing: { start_time: new Date(Date.UTC(2026, 10, 29) + index), context: null },
    completed: { target_text: text(index), confidence: (index % 100) / 100 },
  };
  return { ...aTask(`t-${index}`, { row_index: index, status }), ...fields[status] } as TaskWrite;
}

describe('a task writer whose service is killed and started again, twice', () => {
  it('leaves every record as it was put', async () => {
    const port = await freePort();
    const start = () => ServiceProcess.start({ cwd: folder, env: {}, port });
    service = await start();
    let retries = 0;
    const client = new PersistenceClient({
      baseUrl: service.url,
      apiKey: null,
      onRetry: () => {
        retries += 1;
      },
    });
    await client.acceptSessions([aSession()]);
    const writer = new TaskWriter(client, { maxRecords: 200, maxAge: 50, maxWaitingRecords: 1000 });
    const kills = [TASKS, 2 * TASKS].map((puts) => puts + 700);
    let restarted = Promise.resolve();
    let puts = 0;
    for (const status of STATES) {
      for (let index = 0; index < TASKS; index += 1) {
        await writer.put(writeOf(index, status));
        puts += 1;
        if (!kills.includes(puts)) continue;
        expect(writer.held).toBeGreaterThan(0);
        restarted = restarted.then(async () => {
          await service.kill();
          service = await start();
        });
      }
    }
    await restarted;
    await writer.close();
    expect(retries).toBeGreaterThan(0);

    const stored = new Map<string, unknown>();
    for await (const task of eachTask(client, { session_id: 's-1', fresh: true })) {
      const { created_at, updated_at, ...fields } = task;
      expect(created_at <= updated_at).toBe(true);
      stored.set(task.task_id, fields);
    }
    expect(stored.size).toBe(TASKS);
    for (let index = 0; index < TASKS; index += 1) {
      const expected = JSON.parse(
        JSON.stringify(Object.assign({}, ...STATES.map((status) => writeOf(index, status)))),
      );
      expect(stored.get(`t-${index}`)).toEqual({
        error_message: null,
        duration_ms: null,
        end_time: null,
        ...expected,
      });
    }
    expect((await client.listQuarantine()).total).toBe(0);
  });
});
