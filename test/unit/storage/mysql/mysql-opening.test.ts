import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { MysqlBackend } from '../../../../src/adapters/storage/mysql/mysql-backend.js';
import { MIGRATIONS } from '../../../../src/adapters/storage/mysql/opening.js';
import { knownMigrations } from '../../../../src/adapters/storage/sql/tables/schema-version.js';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import { FakeClock } from '../../../support/application/fake-clock.js';
import { RecordingLogger } from '../../../support/application/fakes.js';
import { migrationsOf } from '../../../support/stores/migrations-folder.js';
import { ScriptedMysql } from '../../../support/stores/scripted-mysql.js';

const PATIENT = { timeout: 30_000 };
const { migrations = MIGRATIONS } = migrationsOf('mysql');
const APPLIED = knownMigrations(migrations).map((created_at) => ({ created_at }));

/** What a migrated server answers to each statement of an opening. */
const ANSWERS = [
  ['set names', 'ok'],
  ['version()', { rows: [{ version: '8.4.0', read_only: 0, max_allowed_packet: 64 * 1024 ** 2 }] }],
  ['show global variables', { rows: [] }],
  ["table_name = '__drizzle_migrations'", { rows: [{ found: 1 }] }],
  ['select created_at', { rows: APPLIED }],
  ['engine as found', { rows: [] }],
  ['collation_name as found', { rows: [] }],
] as const;

let clock: FakeClock;
let server: ScriptedMysql;
let store: MysqlBackend;

beforeEach(async () => {
  clock = new FakeClock();
  server = await ScriptedMysql.start();
  for (const [text, reply] of ANSWERS) server.answer(text, reply);
  store = new MysqlBackend({
    clock,
    host: '127.0.0.1',
    port: server.port,
    user: 'app',
    password: '',
    database: 'jobs',
    connectTimeout: 300,
    pool: { queryTimeout: 300 },
    poolSize: 2,
    migrateOnStart: true,
    collections: ['translation_sessions', 'translation_tasks'],
    logger: new RecordingLogger(),
    migrations,
  });
  onTestFinished(async () => {
    server.close();
    await store.close();
  });
});

describe('opening a store on a server that stops to answer after the login', () => {
  it.each(ANSWERS)('fails at "%s", and succeeds when it answers', async (text, reply) => {
    server.answer(text, 'none');
    await expect(store.open()).rejects.toThrow(StorageUnavailableError);
    server.answer(text, reply);
    // On a busy machine an answer may take longer than it may.
    await vi.waitFor(() => store.open(), PATIENT);
  });
});

describe('a migration whose statement is not answered', () => {
  const FIRST = 'CREATE TABLE `translation_sessions`';

  /** Resolves with what an opening ends with, once it has sent the first change. */
  async function aMigration() {
    server.answer("table_name = '__drizzle_migrations'", { rows: [] });
    server.answer('update leases set holder', { affected: 1 });
    server.answer('select token', { value: 1, name: 'token' });
    server.answer(FIRST, 'none');
    let ended: unknown = null;
    const ends = store.open().catch((error: unknown) => {
      ended = error;
    });
    await vi.waitFor(() => expect(server.received(FIRST)).toBe(1), PATIENT);
    return { ends, ended: () => ended };
  }

  it('ends when another instance has taken its lease', async () => {
    server.answer('update leases set expires_at', { affected: 0 });
    const { ends, ended } = await aMigration();
    await clock.advance(10_000);
    await ends;
    expect(ended()).toBeInstanceOf(StorageUnavailableError);
  });

  it('ends when its lease has expired, because the server no longer answers', async () => {
    const { ended } = await aMigration();
    server.isFrozen = true;
    const expire = async () => {
      await clock.advance(10_000);
      expect(ended()).toBeInstanceOf(StorageUnavailableError);
    };
    await vi.waitFor(expire, PATIENT);
  });

  it('goes on while its lease is renewed', async () => {
    server.answer('update leases set expires_at', { affected: 1 });
    const { ended } = await aMigration();
    for (let renewed = 1; renewed <= 4; renewed += 1) {
      await clock.advance(10_000);
      await vi.waitFor(() => expect(clock.armed).toHaveLength(1), PATIENT);
    }
    expect(ended()).toBeNull();
  });
});
