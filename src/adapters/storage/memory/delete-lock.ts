import type { Version } from '../../../domain/version.js';
import type { Deletion } from '../../../ports/deletion.js';

/** Lets writes wait while a delete waits for other stores, as the locks of a database do. */
export class DeleteLock {
  /** Resolves when the delete has ended; null if none is under way. */
  freed: Promise<void> | null = null;

  /** Deletes with the version that the other stores have used; null if they have not deleted. */
  async during(
    elsewhere: () => Promise<Version | null>,
    remove: (version: Version) => Deletion,
  ): Promise<Deletion | null> {
    let free = () => {};
    this.freed = new Promise((resolve) => {
      free = resolve;
    });
    try {
      const version = await elsewhere();
      return version === null ? null : remove(version);
    } finally {
      this.freed = null;
      free();
    }
  }
}
