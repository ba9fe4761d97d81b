import type { RetentionReport } from '../../../application/deleting/retention-schedule.js';
import type { Statistics } from '../../../application/reading/read-statistics.js';
import { SESSIONS } from '../../../domain/collections/sessions.js';
import { TASKS } from '../../../domain/collections/tasks.js';
import { isoTime } from '../../presenting/record-json.js';

/** The answer of GET /stats (`statisticsAnswer`). */
export function statisticsJson({ summaries, storage, retention }: Statistics) {
  const [sessions, tasks] = [summaries.get(SESSIONS.name), summaries.get(TASKS.name)];
  return {
    sessions: { total: sessions?.total ?? 0, by_status: sessions?.byStatus ?? {} },
    tasks: {
      total: tasks?.total ?? 0,
      by_status: tasks?.byStatus ?? {},
      avg_duration_ms: average(tasks?.sums.duration_ms),
      avg_confidence: average(tasks?.sums.confidence),
      total_retries: tasks?.sums.retry_count?.sum ?? 0,
    },
    storage: storage.map(({ backend, driver, collections, sizeBytes }) => ({
      backend,
      driver,
      collections,
      size_bytes: sizeBytes,
    })),
    retention: retentionJson(retention),
  };
}

function retentionJson({ enabled, lastRunAt, lastOutcome, deleted, nextRunAt }: RetentionReport) {
  const count = (name: string) => deleted?.get(name) ?? null;
  return {
    enabled,
    last_run_at: timeOrNull(lastRunAt),
    last_outcome: lastOutcome,
    deleted_sessions: count(SESSIONS.name),
    deleted_tasks: count(TASKS.name),
    next_run_at: timeOrNull(nextRunAt),
  };
}

function timeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds);
}

/** Over the records that have a value, with 4 decimals; null when none has. */
function average(of: { readonly sum: number; readonly count: number } | undefined): number | null {
  if (of === undefined || of.count === 0) return null;
  return Math.round((of.sum / of.count) * 10_000) / 10_000;
}
