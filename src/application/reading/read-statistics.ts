import type { Collection } from '../../domain/collection.js';
import { SESSIONS } from '../../domain/session.js';
import { TASKS } from '../../domain/task.js';
import type { Clock } from '../../ports/clock.js';
import type { StorageRegistry, Summary } from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { RetentionReport } from '../deleting/retention-schedule.js';
import { Cached } from './cached.js';

export interface Statistics {
  readonly sessions: {
    readonly total: number;
    readonly by_status: Readonly<Record<string, number>>;
  };
  readonly tasks: {
    readonly total: number;
    readonly by_status: Readonly<Record<string, number>>;
    /** Milliseconds, over tasks that have one; null when none has. Averages have 4 decimals. */
    readonly avg_duration_ms: number | null;
    readonly avg_confidence: number | null;
    readonly total_retries: number;
  };
  readonly storage: readonly {
    readonly backend: string;
    readonly driver: string;
    readonly collections: readonly string[];
    readonly size_bytes: number;
  }[];
  readonly retention: RetentionReport;
}

/** Counts, averages and sizes of what is stored, and how its clean-up goes. */
export class ReadStatistics {
  readonly #summaries: Cached<Summary>;

  constructor(
    private readonly registry: StorageRegistry,
    private readonly buffer: WriteBuffer,
    clock: Clock,
    private readonly retention: { report(): RetentionReport },
  ) {
    this.#summaries = new Cached(
      clock,
      ({ total }) => total,
      () => buffer.storedVersion,
    );
  }

  async read({ fresh }: { readonly fresh: boolean }): Promise<Statistics> {
    if (fresh) await this.buffer.flush();
    const [sessions, tasks, storage] = await Promise.all([
      this.#summarize(SESSIONS, [], fresh),
      this.#summarize(TASKS, ['duration_ms', 'confidence', 'retry_count'], fresh),
      Promise.all(
        this.registry.backends().map(async (backend) => ({
          backend: backend.name,
          driver: backend.driver,
          collections: this.registry.collectionsOf(backend),
          size_bytes: await backend.sizeBytes(),
        })),
      ),
    ]);
    return {
      sessions: { total: sessions.total, by_status: sessions.byStatus },
      tasks: {
        total: tasks.total,
        by_status: tasks.byStatus,
        avg_duration_ms: average(tasks.sums.duration_ms),
        avg_confidence: average(tasks.sums.confidence),
        total_retries: tasks.sums.retry_count?.sum ?? 0,
      },
      storage,
      retention: this.retention.report(),
    };
  }

  #summarize(collection: Collection, fields: readonly string[], exact: boolean): Promise<Summary> {
    const backend = this.registry.backendOf(collection.name);
    const key = `${collection.name}/${this.buffer.deletions}`;
    return this.#summaries.get(key, () => backend.summarize(collection, fields), {
      exact,
    });
  }
}

function average(of: { readonly sum: number; readonly count: number } | undefined): number | null {
  if (of === undefined || of.count === 0) return null;
  return Math.round((of.sum / of.count) * 10_000) / 10_000;
}
