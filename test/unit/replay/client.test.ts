import { describe, expect, it } from 'vitest';
import { RunningService } from '../../../scripts/replay/client.js';
import { FLUSHED } from '../../support/clients/answers.js';
import { FakeWorld } from '../../support/clients/fake-world.js';
import { refusal, unreachable } from '../../support/clients/scripted.js';

function aService(steps: readonly (Response | Error)[], patience = 120) {
  const world = new FakeWorld();
  const sent: { url: string; body: unknown; at: number }[] = [];
  const service = new RunningService({
    url: 'http://service',
    patience,
    apiKey: null,
    world,
    fetch: async (url, { body }) => {
      const step = steps[Math.min(sent.length, steps.length - 1)];
      sent.push({ url, body: body ?? null, at: world.elapsed });
      if (step instanceof Response) return step.clone();
      throw step;
    },
  });
  return { service, world, sent };
}

describe('a patient backend', () => {
  it('repeats a request until its patience ends, with one last attempt', async () => {
    const { service, world, sent } = aService([refusal(503, {}, { 'retry-after': '60' })], 100);
    await expect(world.until(service.flush())).rejects.toMatchObject({ status: 503 });
    expect(sent.map(({ at }) => at)).toEqual([0, 60_000, 100_000]);
    expect(service.retries).toBe(2);
  });

  it('outlasts minutes without a service', async () => {
    const away = Array.from({ length: 14 }, () => unreachable);
    const { service, world } = aService([...away, Response.json(FLUSHED)]);
    expect(await world.until(service.flush())).toEqual(FLUSHED);
    expect(world.elapsed).toBeGreaterThan(40_000);
  });

  it('sends a time without a zone as the UTC that it is for the API', async () => {
    const { service, sent } = aService([Response.json({ status: 'accepted', count: 1 })]);
    await service.accept('tasks', [
      { task_id: 'a', start_time: '2026-11-29T12:00:00', end_time: '2026-11-29T12:00:00+08:00' },
    ]);
    expect(JSON.parse(String(sent[0]?.body))).toEqual({
      tasks: [
        { task_id: 'a', start_time: '2026-11-29T12:00:00Z', end_time: '2026-11-29T12:00:00+08:00' },
      ],
    });
  });

  it('returns null for what does not exist', async () => {
    const { service } = aService([refusal(404)]);
    expect(await service.read('tasks', 'none')).toBeNull();
    expect(await service.page('none', undefined)).toBeNull();
  });

  it('keeps the latencies of reads and writes apart, of answers only', async () => {
    const { service, world } = aService([
      unreachable,
      Response.json(FLUSHED),
      Response.json({ task_id: '1', session_id: '2', status: 'pending' }),
      Response.json({ session_id: '2', filename: 'items.xlsx', status: 'pending' }),
    ]);
    await world.until(service.flush());
    await service.read('tasks', '1');
    await service.read('sessions', '2');
    expect([service.writeLatencies.length, service.readLatencies.length]).toEqual([1, 2]);
  });
});
