import { Gauge, type Registry } from 'prom-client';
import type { BufferSnapshot } from '../../application/buffer/snapshot.js';
import { COLLECTIONS } from '../../domain/collections/list.js';
import { addCounters, addGauges } from './readings.js';

export function addBufferMetrics(
  registry: Registry,
  buffer: () => BufferSnapshot,
  inQuarantine: () => Promise<number>,
): void {
  new Gauge({
    name: 'buffer_quarantined_records',
    help: 'Records in quarantine, of all instances.',
    registers: [registry],
    async collect() {
      this.set(await inQuarantine());
    },
  });
  new Gauge({
    name: 'buffer_size',
    help: 'Records pending in the buffer.',
    labelNames: ['type'],
    registers: [registry],
    collect() {
      const { waiting } = buffer();
      for (const { name, plural } of COLLECTIONS)
        this.set({ type: plural }, waiting.get(name) ?? 0);
    },
  });
  addGauges(registry, [
    {
      name: 'buffer_pending_records',
      help: 'Pending records; pending, stored, coalesced and quarantined records add up to the accepted ones.',
      read: () => buffer().pending,
    },
    {
      name: 'buffer_capacity_records',
      help: 'Records that the buffer can hold, at the average size of the pending ones.',
      read: () => buffer().capacity,
    },
    {
      name: 'buffer_pending_bytes',
      help: 'Approximate memory of the pending records.',
      read: () => buffer().pendingBytes,
    },
    {
      name: 'buffer_capacity_bytes',
      help: 'Approximate memory that pending records may use.',
      read: () => buffer().capacityBytes,
    },
    {
      name: 'buffer_oldest_pending_seconds',
      help: 'Age of the oldest pending record.',
      read: () => buffer().oldestPendingSeconds,
    },
    {
      name: 'buffer_flush_interval_seconds',
      help: 'Age at which the oldest pending record starts a flush.',
      read: () => buffer().flushIntervalSeconds,
    },
    {
      name: 'buffer_failed_flushes_in_a_row',
      help: 'Flushes that failed since the last success; 0 while nothing is pending.',
      read: () => buffer().failedFlushesInARow,
    },
  ]);
  addCounters(registry, [
    {
      name: 'buffer_accepted_records_total',
      help: 'Accepted records; a record released from quarantine is accepted again.',
      read: () => buffer().accepted,
    },
    {
      name: 'buffer_coalesced_records_total',
      help: 'Records merged into a pending record, or covered by a delete.',
      read: () => buffer().coalesced,
    },
    {
      name: 'buffer_dropped_records_total',
      help: 'Quarantined records dropped by a person.',
      read: () => buffer().dropped,
    },
  ]);
}
