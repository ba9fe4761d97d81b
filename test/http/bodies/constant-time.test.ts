import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { anApiKey, bearer } from '../../support/http/api-keys.js';
import { anHttpApp } from '../../support/http/http-app.js';

// Not `vi.mock`: the files of a worker share the modules, so the adapter may be loaded already.
const timingSafeEqual = vi.spyOn(crypto, 'timingSafeEqual');
syncBuiltinESMExports();
beforeEach(() => {
  timingSafeEqual.mockClear();
});
afterAll(() => {
  timingSafeEqual.mockRestore();
  syncBuiltinESMExports();
});

const keys = ['a', 'b', 'c', 'd'].map((name) => anApiKey(name, 'read'));
const app = anHttpApp({}, { access: { apiKeys: keys.map(({ key }) => key) } });

describe('a token', () => {
  it.each([
    ['of the first key', keys[0]?.token ?? '', 200],
    ['of the last key', keys.at(-1)?.token ?? '', 200],
    ['of no key', 'wrong', 401],
    ['of another length', 'x'.repeat(500), 401],
  ])('%s is compared with each key, as hashes, in constant time', async (_, token, status) => {
    expect((await app.request('GET', 'stats', bearer(token))).status).toBe(status);
    const compared = timingSafeEqual.mock.calls;
    expect(compared).toHaveLength(keys.length);
    for (const [one, other] of compared)
      expect([one.byteLength, other.byteLength]).toEqual([32, 32]);
  });
});
