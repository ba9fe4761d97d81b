import { acceptedAt, type VersionSequence } from '../../domain/version.js';
import type { Clock } from '../../ports/clock.js';
import type { StorageBackend } from '../../ports/storage-backend.js';
import { TimedQuestion } from './timed-question.js';

/** Tolerated difference of clocks in milliseconds; NTP keeps them within a tenth of a second. */
const TOLERANCE = 10_000;

/**
 * Compares the clock of this machine with others. The last accepted write wins according to these
 * clocks: an instance whose clock is ahead wins over writes that others accept later.
 */
export class ClockSkew {
  readonly #ahead: TimedQuestion<StorageBackend, number | null>;

  constructor(
    private readonly clock: Clock,
    private readonly versions: VersionSequence,
  ) {
    this.#ahead = new TimedQuestion((store) => aheadOf(store, clock), clock);
  }

  /** What is wrong; empty if nothing is. */
  async concerns(stores: readonly StorageBackend[]): Promise<readonly string[]> {
    const ofStores = stores.map(async (store) => {
      const ahead = await this.#ahead.ask(store, () => null);
      return Math.abs(ahead ?? 0) > TOLERANCE
        ? [differs(ahead ?? 0, `the ${store.name} store`)]
        : [];
    });
    const concerns = (await Promise.all(ofStores)).flat();
    const behind = acceptedAt(this.versions.highest) - this.clock.now();
    return behind > TOLERANCE
      ? [...concerns, differs(-behind, 'the versions accepted before')]
      : concerns;
  }
}

/**
 * Milliseconds that this machine is ahead of a store; negative if it is behind. Null if the store
 * has no clock or fails: whether it answers is shown elsewhere.
 */
async function aheadOf(store: StorageBackend, clock: Clock): Promise<number | null> {
  const before = clock.now();
  const theirs = await Promise.resolve(store.clock?.() ?? null).catch(() => null);
  if (theirs === null) return null;
  // The answer was made between the query and its arrival; the nearer end counts.
  return Math.max(before - theirs, 0) - Math.max(theirs - clock.now(), 0);
}

function differs(ahead: number, than: string): string {
  const seconds = Math.round(Math.abs(ahead) / 1000);
  return `clock: this machine is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} ${than}; let NTP set the clocks of all machines`;
}
