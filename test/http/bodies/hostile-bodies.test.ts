import { describe, expect, it } from 'vitest';
import { BUDGET, LARGEST_PIECE } from '../../../src/adapters/http/body/pace.js';
import { SHAPES } from '../../support/http/hostile-shapes.js';
import { anHttpApp, aTask } from '../../support/http/http-app.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES = [KIB, 64 * KIB, MIB, 31 * MIB];

describe('a body of maximum cost', () => {
  it.each(Object.entries(SHAPES))(
    'holds others up for no more than a budget of work: %s',
    async (_, shape) => {
      const worked: number[] = [];
      const app = anHttpApp({}, { workObserver: (units) => worked.push(units) });
      for (const bytes of SIZES) {
        const body = shape(bytes);
        const routes = ['tasks/batch', 'sessions/batch', 'quarantine/requeue'];
        for (const route of routes) expect((await app.post(route, body)).status).toBeLessThan(500);
      }
      expect(worked.length).toBeGreaterThan(0);
      expect(Math.max(...worked)).toBeLessThanOrEqual(BUDGET + LARGEST_PIECE);
    },
  );

  it('leaves the ledger balanced, and other requests are served', async () => {
    const app = anHttpApp();
    for (const shape of Object.values(SHAPES)) await app.post('sessions/batch', shape(MIB));
    await app.ok(await app.post('tasks/batch', { tasks: [aTask()] }));
    const { accepted, stored, coalesced, pending, quarantined } = app.buffer.snapshot();
    expect(stored + coalesced + pending + quarantined).toBe(accepted);
  });

  it.each([
    ['content-type', `application/json${' '.repeat(15_000)}x`],
    ['content-type', `application/json;${' ;'.repeat(7000)}`],
    ['content-encoding', 'x'.repeat(15_000)],
    ['authorization', `Bearer ${'x '.repeat(7000)}`],
    ['x-request-id', 'x'.repeat(15_000)],
    ['origin', `http://${'x.'.repeat(7000)}`],
  ])('does not include a header of 15 KB that is matched repeatedly: %s', async (name, value) => {
    const app = anHttpApp();
    const headers = { 'content-type': 'application/json', [name]: value };
    const response = await app.request('POST', 'tasks/batch', { body: '{"tasks":[]}', headers });
    expect(response.status).toBeLessThan(500);
  });
});
