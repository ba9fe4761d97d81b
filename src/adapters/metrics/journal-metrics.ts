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
      help: 'Bytes of the journal on disk.',
      read: () => journal().bytes,
    },
    {
      name: 'journal_limit_bytes',
      help: 'Bytes that the journal may take on disk.',
      read: () => journal().limitBytes,
    },
    { name: 'journal_segments', help: 'Files of the journal.', read: () => journal().segments },
    {
      name: 'journal_last_sync_seconds',
      help: 'Time that the last sync of the journal took.',
      read: () => journal().lastSyncSeconds ?? 0,
    },
    {
      name: 'journal_writable',
      help: '1 while the journal takes writes.',
      read: () => Number(journal().writable),
    },
    {
      name: 'journal_damaged_places',
      help: 'Damaged places moved aside.',
      read: () => journal().damage.length,
    },
  ]);
  addCounters(registry, [
    {
      name: 'journal_syncs_total',
      help: 'Syncs of accepted batches to the disk; batches that wait together share one.',
      read: () => journal().syncs,
    },
    {
      name: 'journal_sync_seconds_total',
      help: 'Time that these syncs took, all together.',
      read: () => journal().syncSeconds,
    },
  ]);
}

/** The room on the disk that a folder lies on; no samples while that can't be told. */
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
  gauge('journal_disk_free_bytes', 'Bytes free on the disk that the journal is on.', 'bavail');
  gauge('journal_disk_size_bytes', 'Bytes of the disk that the journal is on.', 'blocks');
}
