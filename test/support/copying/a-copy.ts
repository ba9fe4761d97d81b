import type { CopyProgress } from '../../../src/application/copying/copied.js';
import { type CopyReport, CopyStore } from '../../../src/application/copying/copy-store.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { FakeClock } from '../application/fake-clock.js';

export const NO_PROGRESS: CopyProgress = {
  begin: () => undefined,
  step: () => undefined,
  end: () => undefined,
};

/** Copies a store once. */
export function copy(
  source: StorageBackend,
  target: StorageBackend,
  progress = NO_PROGRESS,
): Promise<CopyReport> {
  return new CopyStore({ source, target, clock: new FakeClock(), progress }).run();
}

/** A store that runs `before` before each call that reaches it, with the number of the call. */
export function observed(
  store: StorageBackend,
  before: (call: number) => Promise<void>,
): StorageBackend {
  let calls = 0;
  const around = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(_, name) {
        const value: unknown = Reflect.get(part, name, part);
        if (name === 'quarantine' || name === 'tombstones') return around(value as object);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          calls += 1;
          await before(calls);
          return Reflect.apply(value, part, args) as unknown;
        };
      },
    });
  return around(store);
}
