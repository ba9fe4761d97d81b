import { readFile } from 'node:fs/promises';
import type { ServiceProcess } from './service-process.js';

/** Milliseconds per tick of the clock of Linux for thread times. */
const MS_PER_TICK = 10;
/** Milliseconds between two requests. Work that begins in between is seen shorter by as much. */
const PAUSE = 40;

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** Processor time of the main thread, milliseconds, regardless of the load of the machine. */
export async function mainThreadWork(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/task/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/**
 * Repeatedly sends a trivial request: returns the longest time for which other work delayed it, and
 * the peak memory.
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
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  })();
  return async () => {
    stopped = true;
    await watching;
    return seen;
  };
}
