import { readFile } from 'node:fs/promises';
import type { ServiceProcess } from './service-process.js';

/** Of the clock that Linux counts the time of threads by. */
const MS_PER_TICK = 10;

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** How long the main thread has worked, milliseconds: however busy the machine is. */
async function mainThreadWork(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/task/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/**
 * Asks for a sign of life again and again: how long others were served before it, at most, and the
 * most memory that it took.
 */
export function watch({ pid, url }: Pick<ServiceProcess, 'pid' | 'url'>) {
  const seen = { hold: 0, resident: 0 };
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const before = await mainThreadWork(pid);
      await (await fetch(`${url}/health/live`)).text();
      seen.hold = Math.max(seen.hold, (await mainThreadWork(pid)) - before);
      seen.resident = Math.max(seen.resident, await residentBytes(pid));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  return async () => {
    stopped = true;
    await watching;
    return seen;
  };
}
