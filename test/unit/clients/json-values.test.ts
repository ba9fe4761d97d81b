import { describe, expect, it } from 'vitest';
import {
  InvalidValueError,
  resume,
  type SessionWrite,
  type TaskWrite,
  TaskWriter,
} from '../../../clients/typescript/index.js';
import { FakeSink } from '../../support/clients/fake-sink.js';
import { FakeWorld } from '../../support/clients/fake-world.js';
import { scripted } from '../../support/clients/scripted.js';
import { aSession, aTask } from '../../support/http/http-app.js';

const circular: Record<string, unknown> = {};
circular.self = { again: [circular] };

/** Values of a field `f`, the path of what is wrong in it, and why. */
const REFUSED: readonly [name: string, value: unknown, path: string, reason: string][] = [
  ['NaN', { a: [1, { b: Number.NaN }] }, 'f.a[1].b', 'NaN would be sent as null'],
  ['Infinity', [[Number.POSITIVE_INFINITY]], 'f[0][0]', 'Infinity would be sent as null'],
  ['-Infinity', { a: Number.NEGATIVE_INFINITY }, 'f.a', '-Infinity would be sent as null'],
  ['an invalid Date', { at: new Date(Number.NaN) }, 'f.at', 'an invalid Date'],
  ['a BigInt', { a: { b: 7n } }, 'f.a.b', 'BigInt'],
  ['a BigInt of its own', 7n, 'f', 'BigInt'],
  ['a function', { a: [() => 1] }, 'f.a[0]', 'a function would be left out'],
  ['a function of its own', () => 1, 'f', 'a function would be left out'],
  ['a symbol', { a: Symbol('s') }, 'f.a', 'a symbol would be left out'],
  ['undefined in a list', { a: [1, undefined] }, 'f.a[1]', 'undefined would be sent as null'],
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
  ['a hole in a list', [1, , 3], 'f[1]', 'undefined would be sent as null'],
  ['a Map', { a: new Map([['b', 1]]) }, 'f.a', 'JSON has no Map'],
  ['a Set', { a: new Set([1]) }, 'f.a', 'JSON has no Set'],
  ['a forgotten await', { a: Promise.resolve('x') }, 'f.a', 'JSON has no Promise'],
  ['bytes', { a: new Uint8Array(3) }, 'f.a', 'JSON has no Uint8Array'],
  ['NaN behind toJSON', { a: { toJSON: () => [Number.NaN] } }, 'f.a[0]', 'NaN'],
  ['itself', circular, 'f.self.again[0]', 'contains itself'],
];

describe('a value that JSON would lose', () => {
  it.each(REFUSED)('is refused in a batch, with its path: %s', async (_, f, path, reason) => {
    const { client, requests } = scripted([]);
    for (const [list, sent] of [
      ['sessions', client.acceptSessions([aSession('s-0'), { ...aSession(), f }] as never)],
      ['tasks', client.acceptTasks([aTask('t-0'), { ...aTask(), f }] as never)],
    ] as const) {
      const error = await sent.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidValueError);
      expect(error).toMatchObject({
        field: `${list}[1].${path}`,
        reason: expect.stringContaining(reason),
      });
    }
    expect(requests).toEqual([]);
  });

  it.each(REFUSED)('is refused before a writer takes it: %s', async (_, f, field, reason) => {
    const writer = new TaskWriter(new FakeSink(new FakeWorld()));
    const error = await writer.put({ ...aTask(), f } as never).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InvalidValueError);
    expect(error).toMatchObject({ field, reason: expect.stringContaining(reason) });
    expect([writer.held, writer.unsent]).toEqual([0, []]);
  });

  it('is refused in the session of a job', async () => {
    const { client } = scripted([
      Response.json({ error_code: 'HTTP_404', detail: 'none' }, { status: 404 }),
    ]);
    const session = { ...aSession(), metadata: { rate: [Number.NaN] } } as SessionWrite;
    await expect(resume(client, { ...session, status: 'processing' })).rejects.toMatchObject({
      field: 'sessions[0].metadata.rate[0]',
    });
  });
});

describe('a value that JSON keeps', () => {
  it('is sent as it is, at any depth', async () => {
    const { client, requests } = scripted([
      Response.json({ status: 'accepted', count: 1, timestamp: 'now' }),
    ]);
    class Score {
      constructor(readonly value: number) {}
    }
    const twice = { b: 1 };
    const metadata = {
      at: new Date('2026-11-29T12:00:00Z'),
      left_out: undefined,
      list: [null, true, 'text', -1.5, [], {}],
      score: new Score(3),
      url: new URL('http://service/'),
      bare: Object.assign(Object.create(null), { a: 1 }),
      twice: [twice, twice],
    };
    await client.acceptSessions([{ ...aSession(), metadata } as SessionWrite]);
    expect(JSON.parse(String(requests[0]?.init.body)).sessions[0].metadata).toEqual({
      at: '2026-11-29T12:00:00.000Z',
      list: [null, true, 'text', -1.5, [], {}],
      score: { value: 3 },
      url: 'http://service/',
      bare: { a: 1 },
      twice: [{ b: 1 }, { b: 1 }],
    });
  });

  it('is left out where a field is undefined', async () => {
    const world = new FakeWorld();
    const sink = new FakeSink(world);
    const writer = new TaskWriter(sink);
    await writer.put({ ...aTask('a'), context: undefined } as TaskWrite);
    await world.until(writer.close());
    expect(sink.stored.get('a')).not.toHaveProperty('context');
  });
});
