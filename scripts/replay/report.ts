import type { ServiceClient } from './client.js';
import type { Played } from './play.js';
import type { JsonRecord } from './read-lines.js';
import type { Verified } from './verify.js';

const SHOWN = 10;

/** The figures of a replay, on standard output. */
export function report(
  client: ServiceClient,
  played: Played,
  flushed: JsonRecord,
  verified: Verified,
): void {
  const sorted = [...client.latencies].sort((a, b) => a - b);
  const percentile = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  const rate = Math.round(played.writes / played.seconds);
  const lines = [
    `written    ${played.writes} records in ${played.batches} batches, ${played.seconds.toFixed(1)} s: ${rate} records/s accepted`,
    `retries    ${client.retries}`,
    `last flush ${flushed.sessions_written} sessions, ${flushed.tasks_written} tasks, ${flushed.duration_ms} ms`,
    `latency    p50 ${percentile(0.5)} ms, p95 ${percentile(0.95)} ms, p99 ${percentile(0.99)} ms (all requests)`,
    `read back  ${verified.sessions} sessions, ${verified.tasks} tasks; ${verified.single} of them by id too`,
    `different  ${verified.differences.length}`,
  ];
  for (const { id, field, sent, found } of verified.differences.slice(0, SHOWN)) {
    lines.push(`  ${id} ${field}: sent ${JSON.stringify(sent)}, found ${JSON.stringify(found)}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
