import { acceptedAt, type Version } from '../../../domain/version.js';
import type { Instance } from '../../../ports/storage-backend.js';

const DAY = 86_400_000;

interface Holder {
  readonly instance: Instance;
  readonly holdsFrom: Version;
}

/** The instances that may write older versions than others have deleted. */
export class MemoryInstances {
  readonly #holders = new Map<string, Holder>();

  clear(): void {
    this.#holders.clear();
  }

  announce(instance: Instance, holdsFrom: Version | null): void {
    if (holdsFrom === null) this.#holders.delete(instance.id);
    else this.#holders.set(instance.id, { instance, holdsFrom });
  }

  /** The oldest first; without those that were killed, do not survive, and are silent for a day. */
  at(version: Version): readonly Holder[] {
    const longAgo = acceptedAt(version) - DAY;
    return [...this.#holders.values()]
      .filter(({ instance }) => instance.survives || instance.seenAt >= longAgo)
      .sort((a, b) => a.holdsFrom - b.holdsFrom);
  }
}
