import { describe, expect, it } from 'vitest';
import type { PersistenceClient } from '../../../clients/typescript/index.js';
import { refusal, type Step, scripted, unreachable } from '../../support/clients/scripted.js';

type Call = (
  client: PersistenceClient,
  options?: { timeout?: number; maxRetries?: number },
) => Promise<unknown>;
const CALLS: readonly [name: string, call: Call, answer: object][] = [
  [
    'cleanUpSessions',
    (client, options) => client.cleanUpSessions({}, options),
    { deleted_sessions: 3, deleted_tasks: 7, dry_run: false },
  ],
  [
    'deleteSession',
    (client, options) => client.deleteSession('s-1', options),
    { status: 'deleted', session_id: 's-1', deleted_tasks: 7 },
  ],
  [
    'requeueQuarantine',
    (client, options) => client.requeueQuarantine({}, options),
    { requeued: 3 },
  ],
  [
    'retrySession',
    (client, options) => client.retrySession('s-1', {}, options),
    { session_id: 's-1', retried_tasks: 3 },
  ],
];
const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const network = (fields: object) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('it broke'), fields) });

describe.each(CALLS)(
  '%s, whose second request would count what the first leaves',
  (_, call, answer) => {
    it('waits 290 seconds for its answer, and is then not repeated', async () => {
      const { client, world, requests } = scripted(['silence', Response.json(answer)]);
      expect(await failure(world.until(call(client)))).toMatchObject({
        reason: 'no answer within 290 s',
      });
      expect([requests.length, world.elapsed]).toEqual([1, 290_000]);
    });

    it('waits as long as the call or the client says', async () => {
      const ofCall = scripted(['silence'], { timeout: 7000 });
      await failure(ofCall.world.until(call(ofCall.client, { timeout: 3000 })));
      const ofClient = scripted(['silence'], { timeout: 7000 });
      await failure(ofClient.world.until(call(ofClient.client)));
      expect([ofCall.world.elapsed, ofClient.world.elapsed]).toEqual([3000, 7000]);
    });

    it.each<[string, () => Step]>([
      ['500', () => refusal(500)],
      ['502', () => refusal(502)],
      ['504 of a proxy', () => new Response('<h1>Gateway Time-out</h1>', { status: 504 })],
      ['a lost connection', () => network({ code: 'ECONNRESET', syscall: 'read' })],
      ['a failure without a reason, as in a browser', () => new TypeError('Failed to fetch')],
      [
        'an answer that is cut off',
        () => new Response('{"sta', { headers: { 'content-type': 'application/json' } }),
      ],
    ])('is not repeated after %s', async (_, step) => {
      const { client, requests } = scripted([step(), Response.json(answer)]);
      expect(await failure(call(client))).toBeInstanceOf(Error);
      expect(requests).toHaveLength(1);
    });

    it.each<[string, () => Step]>([
      ['408', () => refusal(408)],
      ['429', () => refusal(429)],
      ['503', () => refusal(503)],
      ['a refused connection', () => unreachable],
      ['an unknown host', () => network({ code: 'EAI_AGAIN', syscall: 'getaddrinfo' })],
      ['a connection that takes too long', () => network({ code: 'UND_ERR_CONNECT_TIMEOUT' })],
    ])('is repeated after %s, as the service has not begun', async (_, step) => {
      const { client, world, requests } = scripted([step(), Response.json(answer)]);
      expect(await world.until(call(client))).toEqual(answer);
      expect(requests).toHaveLength(2);
    });
  },
);

describe('another request', () => {
  it('waits 60 seconds, and is repeated', async () => {
    const progress = { session_id: 's-1', total: 0, by_status: {}, sheets: [] };
    const { client, world, requests } = scripted(['silence', Response.json(progress)]);
    expect(await world.until(client.getSessionProgress('s-1'))).toEqual(progress);
    expect(requests.map(({ at }) => at)).toEqual([0, 60_500]);
  });
});
