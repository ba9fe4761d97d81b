import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: fixed at 100 on Linux, whatever the kernel's timer. */
const TICKS = 100;

/**
 * Processor time of a process and its threads so far, seconds, in steps of 10 ms; Linux only. Unlike
 * rows a second, it does not depend on what else the machine does.
 */
export function processorTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may contain spaces; user and system time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
