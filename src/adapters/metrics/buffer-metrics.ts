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
    help: 'Records that the quarantine holds now, for all instances.',
    registers: [registry],
    async collect() {
      this.set(await inQuarantine());
    },
  });
  new Gauge({
    name: 'buffer_size',
    help: 'Records that wait to be stored.',
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
      help: 'Records that wait to be stored; with the counters of stored, coalesced and refused ones they make up the accepted ones.',
      read: () => buffer().pending,
    },
    {
      name: 'buffer_capacity_records',
      help: 'Records that may wait, if they are as large as those that do.',
      read: () => buffer().capacity,
    },
    {
      name: 'buffer_pending_bytes',
      help: 'Memory that waiting records take, about.',
      read: () => buffer().pendingBytes,
    },
    {
      name: 'buffer_capacity_bytes',
      help: 'Memory that waiting records may take, about.',
      read: () => buffer().capacityBytes,
    },
    {
      name: 'buffer_oldest_pending_seconds',
      help: 'Age of the oldest record that waits.',
      read: () => buffer().oldestPendingSeconds,
    },
    {
      name: 'buffer_flush_interval_seconds',
      help: 'Age at which the oldest record starts a flush.',
      read: () => buffer().flushIntervalSeconds,
    },
    {
      name: 'buffer_failed_flushes_in_a_row',
      help: 'Flushes that failed since the last that did not.',
      read: () => buffer().failedFlushesInARow,
    },
  ]);
  addCounters(registry, [
    {
      name: 'buffer_accepted_records_total',
      help: 'Accepted records; one that is tried again from quarantine is accepted again.',
      read: () => buffer().accepted,
    },
    {
      name: 'buffer_coalesced_records_total',
      help: 'Records merged into one that waited, or covered by a delete.',
      read: () => buffer().coalesced,
    },
    {
      name: 'buffer_dropped_records_total',
      help: 'Quarantined records given up.',
      read: () => buffer().dropped,
    },
  ]);
}
