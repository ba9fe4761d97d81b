import { readFileSync } from 'node:fs';

/** Current memory of a process, MB; Linux only. */
export function memoryOf(pid: number): number {
  return statusOf(pid, 'VmRSS');
}

/** Peak memory so far, MB. */
export function peakMemory(pid: number): number {
  return statusOf(pid, 'VmHWM');
}

function statusOf(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
}
