import { acceptedAt, type VersionSequence } from '../../domain/version.js';
import type { Clock } from '../../ports/clock.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';

/** Milliseconds by which clocks may differ before it is worth a word: NTP keeps them within a tenth of a second. */
const TOLERANCE = 10_000;

/**
 * What is wrong with the clock of this machine, in words; empty when nothing is. Last accepted wins
 * by these clocks: who runs ahead wins over writes that others accept later.
 */
export async function clockConcerns(
  registry: StorageRegistry,
  clock: Clock,
  versions: VersionSequence,
): Promise<readonly string[]> {
  const concerns: string[] = [];
  for (const store of registry.backends()) {
    const before = clock.now();
    const theirs = await timeOf(store.clock?.());
    if (theirs === null) continue;
    // Between the question and its answer; whichever end is nearer.
    const ahead = Math.max(before - theirs, 0) - Math.max(theirs - clock.now(), 0);
    if (Math.abs(ahead) > TOLERANCE) concerns.push(differs(ahead, `the ${store.name} store`));
  }
  const ahead = acceptedAt(versions.highest) - clock.now();
  if (ahead > TOLERANCE) concerns.push(differs(-ahead, 'what was accepted before'));
  return concerns;
}

/** Whether a store answers is shown elsewhere. */
async function timeOf(answer: Promise<number | null> | undefined): Promise<number | null> {
  try {
    return (await answer) ?? null;
  } catch {
    return null;
  }
}

function differs(ahead: number, than: string): string {
  const seconds = Math.round(Math.abs(ahead) / 1000);
  return `clock: this machine is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} ${than}; let NTP set the clocks of all machines`;
}
