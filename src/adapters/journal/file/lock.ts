/**
 * One process per journal folder.
 *
 * The lock is the kernel's, taken through SQLite (`BEGIN EXCLUSIVE` on the empty file `lock`),
 * which the service has on board anyway: Node itself offers no file lock. It ends with the process,
 * kill -9 included, so there is no stale lock, no reused process id and no heartbeat to judge; and
 * since it hangs on the file, it also holds between containers that share a volume but not their
 * process ids. Libraries that judge a lock file by its age (proper-lockfile) let a stopped process
 * wake up beside its successor. The limit: a network file system must support locks.
 *
 * Who holds it is told by `lock-holder.json`, which is for people and decides nothing. The file
 * `lock` is never opened in any other way: closing it would drop the lock.
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../../domain/errors.js';
import type { Clock } from '../../../ports/clock.js';
import { type Disk, isDiskFull, readWhole, type Unlock, writeWhole } from './disk.js';

const LOCK = 'lock';
const HOLDER = 'lock-holder.json';

/** Throws ConfigurationError, naming the holder, when another process has the folder. */
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
    // A full disk must not keep the service from starting: what it holds has to be stored.
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
