import { afterEach, describe, expect, it, vi } from 'vitest';
import { eachTask, PersistenceClient } from '../../../clients/typescript/index.js';
import { FLUSHED, pageOf } from '../../support/clients/answers.js';
import { scripted } from '../../support/clients/scripted.js';
import { aTask } from '../../support/http/http-app.js';

const accepted = () => Response.json({ status: 'accepted', count: 1, timestamp: 'now' });

afterEach(() => vi.unstubAllEnvs());

describe('a request of the client', () => {
  it('is JSON, with the key, at the path of its operation', async () => {
    const { client, requests } = scripted([accepted()], { apiKey: 'secret' });
    expect(await client.acceptTasks([aTask()], { ack: 'stored' })).toMatchObject({ count: 1 });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.url).toBe('http://service/api/v1/translation/tasks/batch?ack=stored');
    expect(requests[0]?.init).toMatchObject({
      method: 'POST',
      body: JSON.stringify({ tasks: [aTask()] }),
      redirect: 'manual',
      headers: { 'content-type': 'application/json', authorization: 'Bearer secret' },
    });
  });

  it('escapes ids, and leaves out parameters that are undefined', async () => {
    const { client, requests } = scripted([Response.json(pageOf())]);
    await client.listTasksOfSession('a/b ü$&', { status: 'failed', text: undefined });
    expect(requests[0]?.url).toBe(
      'http://service/api/v1/translation/sessions/a%2Fb%20%C3%BC%24%26/tasks?status=failed',
    );
    expect(requests[0]?.init.headers).toEqual({ accept: 'application/json' });
  });

  it('asks for the key each time where it may change', async () => {
    let key: string | null = null;
    const { client, requests } = scripted([Response.json(FLUSHED)], { apiKey: () => key });
    await client.flush();
    key = 'later';
    await client.flush();
    expect(requests.map(({ init }) => new Headers(init.headers).get('authorization'))).toEqual([
      null,
      'Bearer later',
    ]);
  });

  it('takes the address and the key from the environment, unless they are given', async () => {
    vi.stubEnv('PERSISTENCE_URL', 'https://state.example.org/');
    vi.stubEnv('PERSISTENCE_API_KEY', 'from-environment');
    const { client, requests } = scripted([Response.json(FLUSHED)], {
      baseUrl: undefined,
      apiKey: undefined,
    });
    expect(client.baseUrl).toBe('https://state.example.org');
    await client.flush();
    expect(requests[0]?.url).toBe('https://state.example.org/api/v1/translation/flush');
    expect(requests[0]?.init.headers).toMatchObject({ authorization: 'Bearer from-environment' });

    const given = scripted([Response.json(FLUSHED)], { apiKey: null });
    await given.client.flush();
    expect(given.requests[0]?.init.headers).not.toHaveProperty('authorization');
  });

  it('goes to this machine where nothing names an address', () => {
    vi.stubEnv('PERSISTENCE_URL', '');
    expect(new PersistenceClient().baseUrl).toBe('http://127.0.0.1:8001');
  });

  it.each(['', 'service:8001', 'ftp://service', 'http://user:word@service', 'http://service/?a=1'])(
    'is not sent to the address %j',
    (baseUrl) => {
      expect(() => new PersistenceClient({ baseUrl })).toThrow(/baseUrl: expected an address/);
    },
  );

  it('never quotes a key that no header can hold', () => {
    expect(() => new PersistenceClient({ apiKey: 'se\ncret' })).toThrow(
      'apiKey: contains characters that no API key has',
    );
  });

  it.each([
    ['an invalid Date', { start_time: new Date(Number.NaN) }, 'start_time: an invalid Date'],
    ['a time without a zone', { end_time: '2026-11-29T12:00:00' }, 'has no time zone'],
    ['a date alone', { start_time: '2026-11-29' }, 'has no time zone'],
    ['NaN', { confidence: Number.NaN }, 'NaN would be sent as null'],
  ])('is not sent with %s in a record', async (_, fields, reason) => {
    const { client, requests } = scripted([accepted()]);
    await expect(client.acceptTasks([{ ...aTask(), ...fields }])).rejects.toThrow(reason);
    expect(requests).toEqual([]);
  });

  it('sends a Date as the instant that it is', async () => {
    const { client, requests } = scripted([accepted(), Response.json(pageOf())]);
    const start_time = new Date('2026-11-29T12:00:00+08:00');
    await client.acceptTasks([{ ...aTask(), start_time, end_time: '2026-11-29T12:00:00+08:00' }]);
    expect(JSON.parse(String(requests[0]?.init.body)).tasks[0]).toMatchObject({
      start_time: '2026-11-29T04:00:00.000Z',
      end_time: '2026-11-29T12:00:00+08:00',
    });
    await client.listSessions({ from_date: start_time, to_date: '2026-11-30' });
    expect(requests[1]?.url).toContain('from_date=2026-11-29T04%3A00%3A00.000Z&to_date=2026-11-30');
    await expect(client.listSessions({ from_date: '2026-11-29T12:00' })).rejects.toThrow(
      /from_date: .*has no time zone/,
    );
  });

  it('waits for what was accepted before with the first page of a list, not with the others', async () => {
    const page = (next: string | null) => Response.json(pageOf([], next));
    const { client, requests } = scripted([page('one'), page('two'), page(null)]);
    for await (const _ of eachTask(client, { fresh: true, status: 'failed' }));
    const path = 'http://service/api/v1/translation/tasks';
    expect(requests.map(({ url }) => url)).toEqual([
      `${path}?fresh=true&status=failed&page_size=100`,
      `${path}?status=failed&page_size=100&cursor=one`,
      `${path}?status=failed&page_size=100&cursor=two`,
    ]);
  });
});
