/**
 * One process per journal folder.
 *
 * The lock is a kernel lock, taken through SQLite (`BEGIN EXCLUSIVE` on the empty file `lock`),
 * because Node has no file locks and SQLite is available anyway. It ends with the process, also
 * after kill -9, so no stale lock, reused process id or heartbeat has to be evaluated. It belongs
 * to the file, so it also works between containers that share a volume but not their process ids.
 * Libraries that evaluate the age of a lock file (proper-lockfile) would let a suspended process
 * wake up beside its successor. Limit: a network file system must support locks.
 *
 * `lock-holder.json` names the holder for people and has no effect. Never open the file `lock` in
 * another way: closing it would release the lock.
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../../ports/clock.js';
import { ConfigurationError } from '../../../../ports/configuration-error.js';
import { type Disk, isDiskFull, readWhole, type Unlock, writeWhole } from './disk.js';

const LOCK = 'lock';
const HOLDER = 'lock-holder.json';

/** Throws ConfigurationError, naming the holder, if another process has the folder. */
export async function lockFolder(disk: Disk, folder: string, clock: Clock): Promise<Unlock> {
  const unlock = await disk.lock(join(folder, LOCK));
  if (unlock === null) {
    throw new ConfigurationError(
      `The journal folder ${folder} is in use by ${await holderOf(disk, folder)}. Two services must not share one: stop the other, or set buffer.journal_path.`,
    );
  }
  const holder = { pid: process.pid, host: hostname(), since: new Date(clock.now()).toISOString() };
  const path = join(folder, HOLDER);
  try {
    await writeWhole(disk, path, Buffer.from(JSON.stringify(holder)));
  } catch (error) {
    // A full disk must not prevent a start: the journal has to be stored.
    if (!isDiskFull(error)) {
      await unlock();
      throw error;
    }
  }
  return async () => {
    await disk.remove(path).finally(unlock);
  };
}

async function holderOf(disk: Disk, folder: string): Promise<string> {
  try {
    const { pid, host, since } = JSON.parse(
      (await readWhole(disk, join(folder, HOLDER))).toString('utf8'),
    ) as { pid: number; host: string; since: string };
    return `process ${pid} on host ${host} since ${since}`;
  } catch {
    return 'another process';
  }
}
