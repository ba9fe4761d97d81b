import { describe, expect, it } from 'vitest';
import { ServiceClient, type World } from '../../../scripts/replay/client.js';

type Step = Response | Error;

/** A service with scripted answers, and a clock that only sleeping advances. */
function aWorld(...script: readonly Step[]) {
  const requests: { readonly url: string; readonly init: RequestInit }[] = [];
  const pauses: number[] = [];
  let time = 0;
  const world: World = {
    now: () => time,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
      time += milliseconds;
    },
    fetch: async (url, init) => {
      const step = script[Math.min(requests.length, script.length - 1)];
      requests.push({ url, init });
      if (step instanceof Response) return step.clone();
      throw step;
    },
  };
  return { world, requests, pauses };
}

const client = ({ world }: { world: World }, options = {}) =>
  new ServiceClient({ url: 'http://service/', patience: 120, ...options }, world);
const refused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
const busy = (headers: Record<string, string>) => new Response('busy', { status: 503, headers });

describe('a patient client', () => {
  it('sends JSON with its key', async () => {
    const { requests, ...rest } = aWorld(Response.json({ status: 'accepted' }));
    const answer = await client(rest, { apiKey: 'secret' }).post('/tasks/batch', { tasks: [] });
    expect(answer).toEqual({ status: 'accepted' });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.url).toBe('http://service/api/v1/translation/tasks/batch');
    expect(requests[0]?.init).toMatchObject({
      method: 'POST',
      body: '{"tasks":[]}',
      headers: { 'content-type': 'application/json', authorization: 'Bearer secret' },
    });
  });

  it('waits for Retry-After, then sends the same request again', async () => {
    const w = aWorld(busy({ 'retry-after': '7' }), Response.json({ status: 'accepted' }));
    const patient = client(w);
    await patient.post('/flush');
    expect(w.pauses).toEqual([7000]);
    expect(patient.retries).toBe(1);
    expect(w.requests[1]).toMatchObject({ url: w.requests[0]?.url });
  });

  it('retries without a Retry-After, and while the connection is refused', async () => {
    const w = aWorld(busy({}), refused, refused, Response.json({ status: 'flushed' }));
    expect(await client(w).post('/flush')).toEqual({ status: 'flushed' });
    expect(w.pauses).toEqual([500, 500, 500]);
  });

  it('retries if an answer is cut off', async () => {
    const w = aWorld(new Response('{"status":"acc'), Response.json({ status: 'accepted' }));
    expect(await client(w).post('/flush')).toEqual({ status: 'accepted' });
  });

  it('makes a last attempt when its patience ends, and then reports the reason', async () => {
    const w = aWorld(busy({ 'retry-after': '60' }));
    await expect(client(w, { patience: 100 }).post('/flush')).rejects.toThrow(
      /flush: 503 busy; gave up after 100 s/,
    );
    expect(w.pauses).toEqual([60_000, 40_000]);
    const gone = aWorld(refused);
    await expect(client(gone, { patience: 0 }).post('/flush')).rejects.toThrow(
      /no answer \(connect ECONNREFUSED\); gave up after 0 s/,
    );
    expect(gone.requests).toHaveLength(1);
  });

  it.each([400, 401, 413, 422, 500])('does not retry a permanent refusal: %i', async (status) => {
    const w = aWorld(new Response('why', { status }));
    await expect(client(w).post('/tasks/batch', {})).rejects.toThrow(`${status} why`);
    expect(w.pauses).toEqual([]);
  });

  it('returns null for a missing resource', async () => {
    const w = aWorld(new Response('', { status: 404 }));
    expect(await client(w).get('/tasks/none')).toBeNull();
  });

  it('keeps the latencies of reads and writes separate', async () => {
    const patient = client(aWorld(refused, Response.json({})));
    await patient.post('/flush');
    await patient.get('/tasks/1');
    await patient.get('/tasks/2');
    expect([patient.writeLatencies.length, patient.readLatencies.length]).toEqual([1, 2]);
  });
});
