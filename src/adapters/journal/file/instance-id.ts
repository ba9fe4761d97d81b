import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readWhole, writeWhole } from './disk/disk.js';
import type { JournalFolder } from './journal-folder.js';

const NAME = 'instance';
const ID = /^[0-9a-f-]{36}$/;

/**
 * The id of the journal of this folder in the stores: created once, and kept as long as the folder.
 * An unreadable id is replaced.
 */
export async function instanceIdOf({ disk, path, reserve }: JournalFolder): Promise<string> {
  const file = join(path, NAME);
  if ((await disk.list(path)).includes(NAME)) {
    const known = (await readWhole(disk, file)).toString('utf8');
    if (ID.test(known)) return known;
  }
  const id = randomUUID();
  await reserve.spend(() => writeWhole(disk, `${file}.new`, Buffer.from(id)));
  await disk.rename(`${file}.new`, file);
  await disk.syncFolder(path);
  return id;
}
