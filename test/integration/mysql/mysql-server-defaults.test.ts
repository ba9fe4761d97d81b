import { beforeEach, describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/domain/query.js';
import { startPrivateMariaDb } from '../../support/mysql-servers/private-mariadb.js';
import { privateServerOfSuite } from '../../support/processes/private-server-of-suite.js';
import { BASE_VERSION, SESSIONS, sessionWrite } from '../../support/records/writes.js';
import { aMysqlStore } from '../../support/stores/mysql-store.js';

/** Records before a page from which it is read in a snapshot. */
const DEEP = 10_000;
const NAME = 'é😀';

describe('a store on a server that ignores the character set of clients, and leaves transactions open', () => {
  const server = privateServerOfSuite(() =>
    startPrivateMariaDb({ args: ['--skip-character-set-client-handshake', '--autocommit=0'] }),
  );
  let store: Awaited<ReturnType<typeof aMysqlStore>>['store'];

  beforeEach(async () => {
    ({ store } = await aMysqlStore(server()));
    await store.open();
  });

  const page = (number: number, size: number, conditions: readonly Condition[] = []) =>
    store.query(SESSIONS, {
      conditions,
      sort: { field: 'session_id', direction: 'asc' },
      window: { kind: 'page', page: number, size },
    });
  const keysOf = async (read: ReturnType<typeof page>) => (await read).items.map(({ key }) => key);

  it('returns, finds and deletes a text as it was written', async () => {
    const named: Condition = { kind: 'one-of', field: 'filename', values: [NAME] };
    await store.write(SESSIONS, [sessionWrite('s-1', 1, { filename: NAME })]);
    expect((await store.read(SESSIONS, 's-1'))?.fields.filename).toBe(NAME);
    expect(await keysOf(page(1, 10, [named]))).toEqual(['s-1']);
    await store.delete(SESSIONS, 's-1', BASE_VERSION + 2);
    expect(await keysOf(page(1, 10, [named]))).toEqual([]);
  });

  it('reads a deep page after a page on the same connection', async () => {
    const keys = Array.from({ length: DEEP + 1 }, (_, row) => `s-${String(row).padStart(5, '0')}`);
    for (let from = 0; from < keys.length; from += 1000) {
      const some = keys.slice(from, from + 1000);
      await store.write(
        SESSIONS,
        some.map((key) => sessionWrite(key, 1)),
      );
    }
    for (let read = 0; read < 2; read += 1) {
      expect(await keysOf(page(1, 1))).toEqual([keys[0]]);
      expect(await keysOf(page(DEEP + 1, 1))).toEqual([keys[DEEP]]);
    }
  });
});
