import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../src/adapters/sqlite-driver/open-database.js';
import { leftBehind } from '../../../../src/adapters/storage/sqlite/file/left-behind.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../../support/records/writes.js';
import { aBackend, temporaryFolder } from './temporary-sqlite.js';

const BOTH = [SESSIONS.name, TASKS.name];

async function aFileWith(fill: (backend: ReturnType<typeof aBackend>) => Promise<unknown>) {
  const path = join(await temporaryFolder(), 'store.db');
  const backend = aBackend(path);
  await backend.open();
  await fill(backend);
  await backend.close();
  return path;
}

describe('the records left in an SQLite file', () => {
  it('are named by collection, of the requested ones', async () => {
    const path = await aFileWith((backend) => backend.write(SESSIONS, [sessionWrite('s-1', 1)]));
    const before = await readFile(path);
    expect(leftBehind(path, BOTH)).toEqual([SESSIONS.name]);
    expect(leftBehind(path, [TASKS.name])).toEqual([]);
    expect(await readFile(path)).toEqual(before);
  });

  it('are found in both collections', async () => {
    const path = await aFileWith(async (backend) => {
      await backend.write(SESSIONS, [sessionWrite('s-1', 1)]);
      await backend.write(TASKS, [taskWrite('t-1', 1)]);
    });
    expect(leftBehind(path, BOTH)).toEqual(BOTH);
  });

  it('are found in the write-ahead log of a service that was killed', async () => {
    const folder = await temporaryFolder();
    const backend = aBackend(join(folder, 'store.db'));
    await backend.open();
    await backend.write(SESSIONS, [sessionWrite('s-1', 1)]);
    const copy = join(await temporaryFolder(), 'store.db');
    for (const suffix of ['', '-wal']) {
      await writeFile(`${copy}${suffix}`, await readFile(join(folder, `store.db${suffix}`)));
    }
    await backend.close();
    expect(leftBehind(copy, BOTH)).toEqual([SESSIONS.name]);
  });

  it('are none if the tables are empty', async () => {
    expect(leftBehind(await aFileWith(async () => undefined), BOTH)).toEqual([]);
  });

  it('are none if there is no file, and none is created', async () => {
    const folder = await temporaryFolder();
    expect(leftBehind(join(folder, 'store.db'), BOTH)).toEqual([]);
    expect(leftBehind(join(folder, 'deep', 'store.db'), BOTH)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('are none, without an error, if the file is another one, or locked', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'text.db'), 'this is no database'.repeat(100));
    await mkdir(join(folder, 'folder.db'));
    const other = openDatabase(join(folder, 'other.db'));
    other.exec('create table notes (text)');
    other.close();
    for (const name of ['text.db', 'folder.db', 'other.db']) {
      expect(leftBehind(join(folder, name), BOTH), name).toEqual([]);
    }
    expect(leftBehind(':memory:', BOTH)).toEqual([]);
    const path = await aFileWith((backend) => backend.write(SESSIONS, [sessionWrite('s-1', 1)]));
    const holder = openDatabase(path);
    holder.pragma('locking_mode = EXCLUSIVE');
    holder.exec('begin exclusive');
    expect(leftBehind(path, BOTH)).toEqual([]);
    holder.close();
  });
});
