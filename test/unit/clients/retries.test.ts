import { describe, expect, it } from 'vitest';
import {
  ApiError,
  NoAnswerError,
  UnexpectedAnswerError,
} from '../../../clients/typescript/index.js';
import { FLUSHED } from '../../support/clients/answers.js';
import { refusal, scripted, unreachable } from '../../support/clients/scripted.js';

const flushed = () => Response.json(FLUSHED);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error,
  );

describe('a request that can pass', () => {
  it.each([408, 429, 500, 502, 503, 504])('is repeated after %i', async (status) => {
    const { client, world, requests } = scripted([refusal(status), flushed()]);
    expect(await world.until(client.flush())).toEqual(FLUSHED);
    expect(requests).toHaveLength(2);
    expect(requests[1]).toMatchObject({ url: requests[0]?.url });
  });

  it.each([
    ['a refused connection', unreachable],
    ['the page of a proxy', new Response('<h1>Bad Gateway</h1>', { status: 502 })],
    [
      'an answer that is cut off',
      new Response('{"status":"flu', { headers: { 'content-type': 'application/json' } }),
    ],
    [
      'an answer that breaks off',
      new Response(new ReadableStream({ pull: (body) => body.error(new Error('reset')) })),
    ],
  ])('is repeated after %s', async (_, step) => {
    // A stream is read once, so the step is not cloned.
    const { client, world } = scripted([step as Response, flushed()]);
    expect(await world.until(client.flush())).toEqual(FLUSHED);
  });

  it('is repeated with growing pauses, up to a quarter less by chance, for 41 to 55 seconds', async () => {
    for (const [chance, pauses] of [
      [0, [500, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000, 8000]],
      [1, [375, 750, 1500, 3000, 6000, 6000, 6000, 6000, 6000, 6000]],
    ] as const) {
      const { client, world, requests } = scripted([unreachable]);
      world.chance = chance;
      expect(await failure(world.until(client.flush()))).toBeInstanceOf(NoAnswerError);
      expect(requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0))).toEqual(
        pauses,
      );
    }
  });

  it.each([
    ['seconds', '7'],
    ['a date', 'Sun, 29 Nov 2026 12:00:07 GMT'],
  ])('waits for a Retry-After in %s', async (_, header) => {
    const { client, world, requests } = scripted([
      refusal(503, {}, { 'retry-after': header }),
      flushed(),
    ]);
    await world.until(client.flush());
    expect(requests.map(({ at }) => at)).toEqual([0, 7000]);
  });

  it('comes up to a second later than Retry-After, so that clients come one by one', async () => {
    const { client, world, requests } = scripted([
      refusal(503, {}, { 'retry-after': '30' }),
      flushed(),
    ]);
    world.chance = 0.5;
    await world.until(client.flush());
    expect(requests[1]?.at).toBe(30_500);
  });

  it('is not repeated where the service wants an hour', async () => {
    const { client, requests } = scripted([refusal(503, {}, { 'retry-after': '3600' })]);
    expect(await failure(client.flush())).toMatchObject({ status: 503, retryAfter: 3600 });
    expect(requests).toHaveLength(1);
  });

  it('gets one last attempt when the time for it is over', async () => {
    const { client, world, requests } = scripted([refusal(503, {}, { 'retry-after': '60' })], {
      maxRetryTime: 100_000,
    });
    await failure(world.until(client.flush()));
    expect(requests.map(({ at }) => at)).toEqual([0, 60_000, 100_000]);
  });

  it('tells before each pause', async () => {
    const told: [string, number][] = [];
    const { client, world } = scripted([unreachable, refusal(503), flushed()], {
      onRetry: (error, pause) => told.push([error.name, pause]),
    });
    await world.until(client.flush());
    expect(told).toEqual([
      ['NoAnswerError', 500],
      ['ApiError', 1000],
    ]);
  });

  it('is not repeated with maxRetries 0, of the client or of the call', async () => {
    for (const [ofClient, ofCall] of [
      [{ maxRetries: 0 }, {}],
      [{}, { maxRetries: 0 }],
    ]) {
      const { client, requests } = scripted([unreachable], ofClient);
      expect(await failure(client.flush(ofCall))).toMatchObject({
        message:
          'no answer from http://service/api/v1/translation/flush: connect ECONNREFUSED 127.0.0.1:8001',
      });
      expect(requests).toHaveLength(1);
    }
  });

  it('fails when the service is silent for too long, and is repeated then', async () => {
    const { client, world, requests } = scripted(['silence', flushed()], { timeout: 3000 });
    await world.until(client.flush());
    expect(requests.map(({ at }) => at)).toEqual([0, 3500]);
    const silent = scripted(['silence'], { timeout: 3000, maxRetries: 0 });
    expect(await failure(silent.world.until(silent.client.flush()))).toMatchObject({
      reason: 'no answer within 3 s',
    });
    expect(silent.world.armed).toBe(0);
  });

  it('ends when its signal is aborted: in flight, in a pause, and before it begins', async () => {
    const reason = new Error('enough');
    const flying = new AbortController();
    const silent = scripted(['silence']);
    const inFlight = silent.client.flush({ signal: flying.signal });
    flying.abort(reason);
    expect(await failure(inFlight)).toBe(reason);
    const pausing = new AbortController();
    const away = scripted([unreachable]);
    const inPause = away.client.flush({ signal: pausing.signal });
    await new Promise((resolve) => setImmediate(resolve));
    pausing.abort(reason);
    expect(await failure(inPause)).toBe(reason);
    expect(away.world.armed).toBe(0);
    expect(await failure(away.client.flush({ signal: pausing.signal }))).toBe(reason);
    expect(away.requests).toHaveLength(1);
  });
});

describe('a request that is refused for good', () => {
  it.each([400, 401, 403, 404, 405, 409, 413, 415, 421, 422])(
    'is not repeated after %i',
    async (status) => {
      const { client, requests } = scripted([refusal(status)]);
      expect(await failure(client.flush())).toMatchObject({ status });
      expect(requests).toHaveLength(1);
    },
  );

  it('throws what the service says', async () => {
    const errors = [{ path: 'tasks[3].status', message: 'is required' }];
    const { client } = scripted([
      refusal(422, { error_code: 'VALIDATION_ERROR', detail: 'no status', errors }),
    ]);
    const error = await failure(client.flush());
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      message: '422 VALIDATION_ERROR: no status',
      status: 422,
      errorCode: 'VALIDATION_ERROR',
      detail: 'no status',
      requestId: 'r-1',
      errors,
      retryAfter: null,
    });
  });

  it('tells an answer that is not one of the service', async () => {
    const elsewhere = scripted([Response.redirect('https://login.example.org/', 302)]);
    expect(await failure(elsewhere.client.getHealth())).toMatchObject({
      name: 'UnexpectedAnswerError',
      status: 302,
      location: 'https://login.example.org/',
    });
    const page = scripted([new Response('hello')]);
    const error = await failure(page.client.getHealth());
    expect(error).toBeInstanceOf(UnexpectedAnswerError);
    expect(error).toMatchObject({
      message:
        'http://service/health answered 200 text/plain;charset=UTF-8, which is not an answer of the service. Found: hello. Expected: JSON with status, problems. Check the address: a proxy, a sign-in page or another program answers there',
    });
  });
});
