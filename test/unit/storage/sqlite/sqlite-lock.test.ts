import { copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import { ConfigurationError } from '../../../../src/ports/configuration-error.js';
import { SESSIONS, sessionWrite } from '../../../support/records/writes.js';
import { aBackend, temporaryFolder } from './temporary-sqlite.js';

/** An open store, as in a running service. */
async function aRunningStore() {
  const folder = await temporaryFolder();
  const path = join(folder, 'store.db');
  const store = aBackend(path);
  await store.open();
  return { folder, path, store };
}

describe('a database file that a service has open', () => {
  it('is refused to a second one, which reports the holder and what to do', async () => {
    const { path } = await aRunningStore();
    const opening = aBackend(path).open();
    await expect(opening).rejects.toBeInstanceOf(ConfigurationError);
    await expect(opening).rejects.toThrow(
      new RegExp(`${path} is in use by process ${process.pid} on host ${hostname()} since 20`),
    );
    await expect(opening).rejects.toThrow(/stop the other, or set sqlite\.path/);
  });

  it('still belongs to the first one when the second has been refused', async () => {
    const { path, store } = await aRunningStore();
    await expect(aBackend(path).open()).rejects.toThrow('is in use');
    await expect(aBackend(path).open()).rejects.toThrow('is in use');
    await store.write(SESSIONS, [sessionWrite('s-1', 1)]);
    expect(await store.count(SESSIONS, [])).toBe(1);
  });

  it('is the same file by every path that leads to it', async () => {
    const { folder, path } = await aRunningStore();
    await symlink(path, join(folder, 'link.db'));
    await symlink('link.db', join(folder, 'link-to-link.db'));
    await symlink(folder, join(folder, 'folder'));
    for (const other of [
      relative(process.cwd(), path),
      `${folder}/./deep/../store.db`,
      join(folder, 'link.db'),
      join(folder, 'link-to-link.db'),
      join(folder, 'folder/store.db'),
    ]) {
      await expect(aBackend(other).open(), other).rejects.toThrow('is in use');
    }
  });

  it('is the same file by a link whose target did not exist when it was opened', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'disk'));
    await symlink('disk/real.db', join(folder, 'link.db'));
    await aBackend(join(folder, 'link.db')).open();
    expect(await readdir(join(folder, 'disk'))).toContain('real.db');
    await expect(aBackend(join(folder, 'disk/real.db')).open()).rejects.toThrow('is in use');
  });

  it('is free when that service has closed it, and nothing is left beside it', async () => {
    const { folder, path, store } = await aRunningStore();
    await store.close();
    await store.close();
    expect(await readdir(folder)).toEqual(['store.db']);
    await aBackend(path).open();
  });

  it('is free when that service was killed, whatever it has left', async () => {
    const { folder, path, store } = await aRunningStore();
    const lock = `${path}.lock`;
    await copyFile(lock, join(folder, 'kept'));
    await store.close();
    for (const left of ['kept', 'garbage', 'nothing']) {
      if (left === 'kept') await copyFile(join(folder, 'kept'), lock);
      else
        await writeFile(lock, left === 'garbage' ? 'no database, and long enough'.repeat(40) : '');
      const next = aBackend(path);
      await next.open();
      await expect(aBackend(path).open(), left).rejects.toThrow('is in use by process');
      await next.close();
    }
  });

  it('can be read and migrated by a command at the same time', async () => {
    const { path, store } = await aRunningStore();
    for (const migrateOnStart of [true, false]) {
      const command = aBackend(path, { migrateOnStart, exclusive: false });
      await command.open();
      await command.close();
    }
    await store.write(SESSIONS, [sessionWrite('s-1', 1)]);
    expect(await store.count(SESSIONS, [])).toBe(1);
  });

  it('is locked again when its lock file was removed', async () => {
    const { path, store } = await aRunningStore();
    await rm(`${path}.lock`);
    await expect(store.write(SESSIONS, [sessionWrite('s-1', 1)])).rejects.toThrow(/lock .*removed/);
    await store.write(SESSIONS, [sessionWrite('s-1', 1)]);
    await expect(aBackend(path).open()).rejects.toThrow('is in use');
  });

  it('belongs to the service that took it after the lock file was removed', async () => {
    const { path, store } = await aRunningStore();
    await rm(`${path}.lock`);
    const second = aBackend(path);
    await second.open();
    await expect(store.write(SESSIONS, [sessionWrite('s-1', 1)])).rejects.toBeInstanceOf(
      StorageUnavailableError,
    );
    await expect(store.write(SESSIONS, [sessionWrite('s-1', 1)])).rejects.toThrow('is in use');
    await second.close();
    await store.write(SESSIONS, [sessionWrite('s-1', 1)]);
    expect(await store.count(SESSIONS, [])).toBe(1);
  });
});
