import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../../src/adapters/sqlite-driver/open-database.js';
import { DatabasePlace } from '../../../../src/adapters/storage/sqlite/file/database-place.js';
import { SqliteRunner } from '../../../../src/adapters/storage/sqlite/sqlite-runner.js';
import type { Envelope } from '../../../../src/adapters/storage/sqlite/worker-protocol.js';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import { temporaryFolder } from './temporary-sqlite.js';

const BUSY_TIMEOUT = 50;

const statement = (text: string) => ({ text, params: [] });
const upsertOf = (table: string, ids: readonly number[]) =>
  [{ head: `insert into ${table} values `, row: '(?)', tail: '' }, ids.map((id) => [id])] as const;

/** Fails in place of another request. */
const NO_SQL = { kind: 'all', statement: statement('no sql') } as const;

/**
 * A file with a table of parents and one of children; `sent` has all requests to its writer, of which
 * those of the kind `faults.kind` fail without any effect. `sentBefore` has, for each answer of the
 * writer, what was sent before it came.
 */
async function aFile() {
  const path = join(await temporaryFolder(), 'store.db');
  const other = openDatabase(path);
  other.exec('create table parents (id integer primary key)');
  other.exec('create table children (id integer primary key references parents (id))');
  onTestFinished(() => {
    other.close();
  });
  const sent: string[] = [];
  const sentBefore: string[][] = [];
  const faults = { kind: '' };
  const notice = (thread: Worker) => {
    process.off('worker', notice);
    thread.on('message', () => sentBefore.push([...sent]));
    const post = thread.postMessage.bind(thread);
    thread.postMessage = (message: Envelope | 'close') => {
      const kind = message === 'close' ? message : message.request.kind;
      sent.push(kind);
      if (message !== 'close' && kind === faults.kind) {
        post({ id: message.id, request: NO_SQL });
      } else post(message);
    };
  };
  process.on('worker', notice);
  const runner = new SqliteRunner(
    'sqlite',
    {
      path,
      readonly: false,
      foreignKeys: true,
      migrations: null,
      migrate: false,
      locked: true,
      busyTimeout: BUSY_TIMEOUT,
    },
    new DatabasePlace('sqlite', { path, exclusive: true, mayMake: true }),
    () => undefined,
  );
  await runner.open();
  onTestFinished(() => runner.close());
  const idsIn = async (table: string) =>
    (await runner.all(statement(`select id from ${table} order by id`))).map(({ id }) => id);
  const insert = (...ids: number[]) =>
    runner.transaction((transaction) => transaction.upsert(...upsertOf('parents', ids)));
  return { runner, other, sent, sentBefore, faults, idsIn, insert };
}

it('a list beside a snapshot shows what was committed since the snapshot began', async () => {
  const { runner, insert } = await aFile();
  const all = statement('select id from parents');
  let release = () => {};
  const waits = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isTaken = () => {};
  const taken = new Promise<void>((resolve) => {
    isTaken = resolve;
  });
  const seen = runner.snapshot(async (snapshot) => {
    await snapshot.all(all);
    isTaken();
    await waits;
    return snapshot.all(all);
  });
  await taken;
  await insert(1);
  expect(await runner.walk(all)).toEqual([{ id: 1 }]);
  release();
  expect(await seen).toEqual([]);
});

it('a transaction reaches the thread as a whole, but for its commit', async () => {
  const { runner, sent, sentBefore } = await aFile();
  const answers = sentBefore.length;
  const read = await runner.transaction(async (transaction) => {
    const writing = transaction.upsert(...upsertOf('parents', [1]));
    const reading = transaction.all(statement('select id from parents'));
    return (await Promise.all([reading, writing]))[0];
  });
  expect(read).toEqual([{ id: 1 }]);
  expect(sentBefore[answers]).toEqual(['begin', 'upsert', 'all']);
  expect(sent).toEqual(['begin', 'upsert', 'all', 'commit']);
});

it('the next transaction is sent right after the commit of one before', async () => {
  const { sent, insert, idsIn } = await aFile();
  await Promise.all([insert(1), insert(2), insert(3)]);
  const whole = ['begin', 'upsert', 'commit'];
  expect(sent).toEqual([...whole, ...whole, ...whole]);
  expect(await idsIn('parents')).toEqual([1, 2, 3]);
});

it('what follows a begin that has failed changes nothing', async () => {
  const { sent, faults, insert, idsIn } = await aFile();
  faults.kind = 'begin';
  await expect(insert(1)).rejects.toThrow(/no sql|syntax/i);
  faults.kind = '';
  await insert(2);
  expect(sent).toEqual(['begin', 'upsert', 'rollback', 'begin', 'upsert', 'commit']);
  expect(await idsIn('parents')).toEqual([2]);
});

it('a transaction that cannot begin because of another process says so', async () => {
  const { other, insert, idsIn } = await aFile();
  other.exec('begin immediate');
  const outcomes = await Promise.allSettled([insert(1), insert(2)]);
  for (const outcome of outcomes) {
    const reason = outcome.status === 'rejected' ? (outcome.reason as Error) : null;
    expect(reason).toBeInstanceOf(StorageUnavailableError);
    expect(reason?.message).toMatch(/locked by another process/);
  }
  other.exec('commit');
  await insert(3);
  expect(await idsIn('parents')).toEqual([3]);
});

it('a commit that fails undoes its transaction alone, not the next one, which was sent by then', async () => {
  const { runner, insert, idsIn } = await aFile();
  // The check of the foreign key is put off to the commit, which then leaves its transaction open.
  const failing = runner.transaction(async (transaction) => {
    await transaction.run(statement('pragma defer_foreign_keys = on'));
    await transaction.upsert(...upsertOf('children', [7]));
  });
  const [failed, next] = await Promise.allSettled([failing, insert(1)]);
  expect([failed.status, next.status]).toEqual(['rejected', 'fulfilled']);
  expect(await idsIn('children')).toEqual([]);
  expect(await idsIn('parents')).toEqual([1]);
});

it('work that fails is undone before the next transaction begins', async () => {
  const { runner, sent, insert, idsIn } = await aFile();
  const failing = runner.transaction(async (transaction) => {
    await transaction.upsert(...upsertOf('parents', [1]));
    throw new Error('no');
  });
  const [failed] = await Promise.allSettled([failing, insert(2)]);
  expect(failed.status).toBe('rejected');
  expect(sent).toEqual(['begin', 'upsert', 'rollback', 'begin', 'upsert', 'commit']);
  expect(await idsIn('parents')).toEqual([2]);
});

it('a transaction that was left open ends with the next one, which fails; the others do not', async () => {
  const { runner, faults, insert, idsIn } = await aFile();
  faults.kind = 'rollback';
  const failing = runner.transaction(async (transaction) => {
    await transaction.upsert(...upsertOf('parents', [1]));
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  faults.kind = '';
  await expect(insert(2)).rejects.toThrow(/within a transaction/);
  await insert(3);
  expect(await idsIn('parents')).toEqual([3]);
});
