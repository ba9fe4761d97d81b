import type { Collection } from '../../../domain/collection.js';
import type { Write } from '../../../domain/write.js';

type Listener = (collection: Collection, writes: readonly Write[]) => void;

/** Reports what this instance stores, so that readers know which cached answers are outdated. */
export class StoredChanges {
  readonly #listeners: Listener[] = [];

  onStored(listener: Listener): void {
    this.#listeners.push(listener);
  }

  stored(collection: Collection, writes: readonly Write[]): void {
    for (const listener of this.#listeners) listener(collection, writes);
  }
}
