import type { SqlRunner } from '../../../src/adapters/storage/sql/dialect.js';
import type { SqlBackend } from '../../../src/adapters/storage/sql/sql-backend.js';
import { StorageUnavailableError } from '../../../src/domain/errors.js';

/** The connection is lost after so many transactions have been committed. */
export function cutOffAfter(store: SqlBackend, commits: number): void {
  // The only place where a test can intervene between a store and its database.
  const { runner } = store as unknown as { readonly runner: SqlRunner };
  const transaction = runner.transaction.bind(runner);
  let left = commits;
  runner.transaction = (work) => {
    left -= 1;
    if (left < 0) return Promise.reject(new StorageUnavailableError(store.name, 'connection lost'));
    return transaction(work);
  };
}
