import { acceptedAt, type VersionSequence } from '../../domain/version.js';
import type { Clock } from '../../ports/clock.js';
import type { StorageBackend } from '../../ports/storage-backend.js';
import { inTime } from './in-time.js';

/** Tolerated difference of clocks in milliseconds; NTP keeps them within a tenth of a second. */
const TOLERANCE = 10_000;

/**
 * What is wrong with the clock of this machine; empty if nothing is. The last accepted write wins
 * according to these clocks: an instance whose clock is ahead wins over writes that others accept
 * later.
 */
export async function clockConcerns(
  stores: readonly StorageBackend[],
  clock: Clock,
  versions: VersionSequence,
): Promise<readonly string[]> {
  const concerns: string[] = [];
  for (const store of stores) {
    const before = clock.now();
    const theirs = await timeOf(store, clock);
    if (theirs === null) continue;
    // The answer was made between the query and its arrival; the nearer end counts.
    const ahead = Math.max(before - theirs, 0) - Math.max(theirs - clock.now(), 0);
    if (Math.abs(ahead) > TOLERANCE) concerns.push(differs(ahead, `the ${store.name} store`));
  }
  const ahead = acceptedAt(versions.highest) - clock.now();
  if (ahead > TOLERANCE) concerns.push(differs(-ahead, 'the versions accepted before'));
  return concerns;
}

/** Whether a store answers is shown elsewhere. */
async function timeOf(store: StorageBackend, clock: Clock): Promise<number | null> {
  const answer = store.clock?.();
  try {
    return answer === undefined ? null : await inTime(answer, () => null, clock);
  } catch {
    return null;
  }
}

function differs(ahead: number, than: string): string {
  const seconds = Math.round(Math.abs(ahead) / 1000);
  return `clock: this machine is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} ${than}; let NTP set the clocks of all machines`;
}
