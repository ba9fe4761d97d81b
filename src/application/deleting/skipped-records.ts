import type { Collection } from '../../domain/collection.js';
import type { Logger } from '../../ports/logger.js';
import type { StorageBackend } from '../../ports/storage-backend.js';

/** Records of one clean-up that may fail; a store that refuses every change fails on each. */
const MOST = 20;

/** Lets a record that cannot be cleaned up not hold up those after it, as long as the store answers. */
export class SkippedRecords {
  #first: unknown = null;
  #count = 0;

  constructor(private readonly logger: Logger) {}

  /**
   * Null if the work fails. Rethrows its error if the store does not answer, or too many records
   * have failed.
   */
  async unless<Result>(
    store: StorageBackend,
    { name }: Collection,
    key: string,
    work: () => Promise<Result>,
  ): Promise<Result | null> {
    try {
      return await work();
    } catch (error) {
      this.#count += 1;
      const isAway = await store.healthCheck().then(
        () => false,
        () => true,
      );
      if (isAway || this.#count === MOST) throw error;
      this.#first ??= error;
      this.logger.warn(
        { err: error, collection: name, key },
        'A record could not be cleaned up; the others are',
      );
      return null;
    }
  }

  throwFirst(): void {
    if (this.#first !== null) throw this.#first;
  }
}
