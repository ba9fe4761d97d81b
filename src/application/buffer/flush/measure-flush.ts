import type { Clock } from '../../../ports/clock.js';
import type { Metrics } from '../../../ports/metrics.js';
import type { Ledger } from '../ledger.js';
import type { Capacity } from '../pending/capacity.js';

/** Runs a flush, and records how long it took and how many records it settled. */
export async function measureFlush(
  flush: () => Promise<void>,
  capacity: Capacity,
  {
    clock,
    metrics,
    ledger,
  }: { readonly clock: Clock; readonly metrics: Metrics; readonly ledger: Ledger },
): Promise<void> {
  const begun = clock.monotonic();
  const before = ledger.settled;
  let outcome: 'stored' | 'failed' = 'failed';
  try {
    await flush();
    outcome = 'stored';
  } finally {
    const milliseconds = clock.monotonic() - begun;
    const settled = ledger.settled - before;
    // A flush that found nothing to store does not measure the store.
    if (settled > 0 || outcome === 'failed') capacity.measured(settled, milliseconds);
    metrics.flushEnded(outcome, milliseconds / 1000);
  }
}
