import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { toRecord } from '../../../src/domain/write.js';
import { anHttpApp, aSession, aTask, BASE } from '../../support/http/http-app.js';
import { served } from '../../support/http/served-app.js';
import { TASKS, taskWrite } from '../../support/records/writes.js';

/** Of each format, and of each layout; their files take longer than anybody reads them. */
const FILES = ['xlsx', 'xlsx&layout=records', 'csv', 'ndjson'];

/** An app whose session s-1 has an export that is long, and the reads of its tasks. */
async function withLongFile(ready: Promise<unknown> = Promise.resolve()) {
  const app = anHttpApp();
  await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
  await app.ok(await app.post('tasks/batch?ack=stored', { tasks: [aTask('t-1')] }));
  const reads = { begun: 0, open: 0 };
  async function* records() {
    reads.begun += 1;
    reads.open += 1;
    try {
      await ready;
      for (let row = 0; row < 10_000; row += 1) {
        const source_text = Array.from({ length: 500 }, () => Math.random().toString(36)).join('');
        yield [toRecord(TASKS, taskWrite('t-1', row, { source_text, row_index: row }))];
      }
    } finally {
      reads.open -= 1;
    }
  }
  const open = app.exportRecord.open.bind(app.exportRecord);
  app.exportRecord.open = async (...asked) => {
    const document = await open(...asked);
    const sheets = document?.sheets.map((sheet) => ({ ...sheet, records })) ?? [];
    return document && { ...document, sheets, records };
  };
  return { app, reads };
}

describe.each(FILES)('an export as %s ends its reads', (format) => {
  const path = `sessions/s-1/export?format=${format}`;

  it('when only its headers are asked for', async () => {
    const { app, reads } = await withLongFile();
    const head = await app.request('HEAD', path);
    const get = await app.app.request(`${BASE}/${path}`);
    await get.body?.cancel();
    expect(head.status).toBe(200);
    const names = ['content-type', 'content-disposition'];
    for (const name of names) expect(head.headers.get(name)).toBe(get.headers.get(name));
    expect(head.body).toBeNull();
    expect(reads.open).toBe(0);
  });

  it('when its body is cancelled before it is read', async () => {
    const { app, reads } = await withLongFile();
    const { body } = await app.app.request(`${BASE}/${path}`);
    await body?.cancel();
    expect(reads.open).toBe(0);
  });
});

// A workbook has pieces before its first record.
it.each(['csv', 'ndjson'])(
  'an export as %s ends its reads when its client leaves before the first piece is sent',
  async (format) => {
    let release: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { app, reads } = await withLongFile(ready);
    const { url, server } = await served(app);
    const leaving = new AbortController();
    const path = `sessions/s-1/export?format=${format}`;
    const answer = fetch(`${url}/${path}`, { signal: leaving.signal });
    const [, response] = await once(server, 'request');
    await expect.poll(() => reads.begun).toBe(1);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await once(response, 'close');
    release();
    await expect.poll(() => reads.open).toBe(0);
  },
);
