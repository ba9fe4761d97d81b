import { chmod, chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NodeDisk } from '../../../src/adapters/journal/file/disk/node-disk.js';

const NOBODY = 65_534;

/**
 * A folder that is writable but not readable, so that it cannot be synced; root reads everything.
 */
async function aFolderThatCanNotBeSynced(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ps-disk-'));
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) await chown(folder, NOBODY, NOBODY);
  await chmod(folder, 0o333);
  if (isRoot) process.seteuid?.(NOBODY);
  onTestFinished(async () => {
    if (isRoot) process.seteuid?.(0);
    await chmod(folder, 0o777);
    await rm(folder, { recursive: true });
  });
  return folder;
}

describe('a folder whose name cannot be synced', () => {
  it('is removed, so that the next start does not consider it durable', async () => {
    const parent = await aFolderThatCanNotBeSynced();
    const wanted = join(parent, 'data', 'journal');
    await expect(new NodeDisk().makeFolder(wanted)).rejects.toMatchObject({ code: 'EACCES' });
    await chmod(parent, 0o777);
    expect(await readdir(parent)).toEqual([]);
  });

  it('keeps files that another process has created there meanwhile', async () => {
    const parent = await aFolderThatCanNotBeSynced();
    const disk = new NodeDisk();
    const sync = disk.syncFolder.bind(disk);
    disk.syncFolder = async (path) => {
      if (path === parent) await writeFile(join(parent, 'data', 'other'), '');
      await sync(path);
    };
    await expect(disk.makeFolder(join(parent, 'data', 'journal'))).rejects.toThrow('EACCES');
    expect(await readdir(join(parent, 'data'))).toEqual(['other']);
  });
});

describe('a lock', () => {
  it('has one holder at a time; the next may take it if its file was removed before the release', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ps-disk-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'lock');
    const disk = new NodeDisk();
    const unlock = await disk.lock(path);
    expect(await disk.lock(path)).toBeNull();
    await rm(path);
    await unlock?.();
    const next = await disk.lock(path);
    expect(next).not.toBeNull();
    expect(await disk.lock(path)).toBeNull();
    await next?.();
  });
});
