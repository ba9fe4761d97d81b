import { tmpdir } from 'node:os';
import { MemoryJournal } from '../../../../src/adapters/journal/memory-journal.js';
import type { JournalReadings } from '../../../../src/adapters/metrics/journal-metrics.js';
import {
  type MetricSources,
  PrometheusMetrics,
} from '../../../../src/adapters/metrics/prometheus-metrics.js';
import type { BufferSnapshot } from '../../../../src/application/buffer/snapshot.js';
import { FakeClock } from '../../../support/application/fake-clock.js';

export const aSnapshot = (values: Partial<BufferSnapshot> = {}): BufferSnapshot => ({
  waiting: new Map(),
  totalCount: 0,
  capacity: 200_000,
  usagePercent: 0,
  isFull: false,
  lastFlushTime: null,
  oldestPendingSeconds: 0,
  flushIntervalSeconds: 30,
  pendingBytes: 0,
  capacityBytes: 536_870_912,
  failedFlushesInARow: 0,
  isWatching: false,
  accepted: 0,
  stored: 0,
  coalesced: 0,
  pending: 0,
  quarantined: 0,
  dropped: 0,
  ...values,
});

/** Metrics of a given buffer and journal state; `state` may change between scrapes. */
export function attached(
  first: Partial<BufferSnapshot> = {},
  status: Partial<JournalReadings> = {},
  others: Partial<MetricSources> = {},
) {
  const state = { snapshot: aSnapshot(first), inQuarantine: first.quarantined ?? 0 };
  const metrics = new PrometheusMetrics();
  metrics.attach({
    buffer: () => state.snapshot,
    inQuarantine: async () => state.inQuarantine,
    journal: () => ({ ...new MemoryJournal().status(), ...status }),
    stores: () => [],
    journalPath: tmpdir(),
    retentionInterval: 0,
    clock: new FakeClock(),
    ...others,
  });
  return { metrics, state };
}

/** Every sample of a scrape, by its name and labels as in the text. */
export async function scrape(metrics: PrometheusMetrics): Promise<ReadonlyMap<string, number>> {
  const { body } = await metrics.render();
  const samples = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))] as const;
    }),
  );
}
