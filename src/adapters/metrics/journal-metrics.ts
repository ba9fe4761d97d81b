import { statfs } from 'node:fs/promises';
import { Gauge, type Registry } from 'prom-client';
import type { JournalStatus } from '../../ports/journal.js';
import { addCounters, addGauges } from './readings.js';

/** The status, and in how many files the journal is. */
export type JournalReadings = JournalStatus & { readonly segments: number };

export function addJournalMetrics(registry: Registry, journal: () => JournalReadings): void {
  addGauges(registry, [
    {
      name: 'journal_bytes',
      help: 'Size of the journal on disk.',
      read: () => journal().bytes,
    },
    {
      name: 'journal_limit_bytes',
      help: 'Maximum size of the journal on disk.',
      read: () => journal().limitBytes,
    },
    {
      name: 'journal_segments',
      help: 'Segment files of the journal.',
      read: () => journal().segments,
    },
    {
      name: 'journal_last_sync_seconds',
      help: 'Duration of the last sync of the journal.',
      read: () => journal().lastSyncSeconds ?? 0,
    },
    {
      name: 'journal_writable',
      help: '1 while the journal accepts writes.',
      read: () => Number(journal().writable),
    },
    {
      name: 'journal_damaged_places',
      help: 'Damaged parts of the journal moved aside.',
      read: () => journal().damage.length,
    },
  ]);
  addCounters(registry, [
    {
      name: 'journal_syncs_total',
      help: 'Syncs of accepted batches to the disk; concurrent batches share one.',
      read: () => journal().syncs,
    },
    {
      name: 'journal_sync_seconds_total',
      help: 'Total duration of these syncs.',
      read: () => journal().syncSeconds,
    },
  ]);
}

/** Size and free space of the disk of a folder; no samples if they cannot be determined. */
export function addDiskMetrics(registry: Registry, folder: string): void {
  const gauge = (name: string, help: string, blocks: 'bavail' | 'blocks') =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.remove();
        const disk = await statfs(folder).catch(() => null);
        if (disk !== null) this.set(disk[blocks] * disk.bsize);
      },
    });
  gauge('journal_disk_free_bytes', 'Free bytes on the disk of the journal.', 'bavail');
  gauge('journal_disk_size_bytes', 'Size of the disk of the journal.', 'blocks');
}
