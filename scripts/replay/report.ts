import { counted } from '../../src/cli/text.js';
import type { Played } from './play.js';
import type { Verified } from './verify.js';

export interface Figures {
  readonly played: Played;
  /** The answer to the last flush. */
  readonly flushed: {
    readonly sessions_written: number;
    readonly tasks_written: number;
    readonly duration_ms: number;
  };
  readonly verified: Verified;
  readonly retries: number;
  /** Milliseconds, in any order. */
  readonly writeLatencies: readonly number[];
  readonly readLatencies: readonly number[];
  /** From the first write to the last comparison. */
  readonly seconds: number;
}

/** The figures of a replay, as text. */
export function report(figures: Figures): string {
  const { played, flushed, verified, retries } = figures;
  const rate = Math.round(played.writes / Math.max(played.seconds, 0.001));
  const lines = [
    `written    ${counted(played.writes, 'record')} in ${played.batches === 1 ? '1 batch' : `${played.batches} batches`}, ${played.seconds.toFixed(1)} s: ${rate} records/s accepted`,
    `retries    ${retries}`,
    `last flush ${counted(flushed.sessions_written, 'session')}, ${counted(flushed.tasks_written, 'task')}, ${flushed.duration_ms} ms`,
    `writing    ${latencies(figures.writeLatencies)}`,
    `reading    ${latencies(figures.readLatencies)}`,
    `read back  ${counted(verified.sessions, 'session')}, ${counted(verified.tasks, 'task')}, in ${counted(verified.rows, 'row')} of lists; ${verified.single} of them by id too`,
    `time       ${figures.seconds.toFixed(1)} s in total`,
    `different  ${verified.differences}`,
  ];
  for (const { id, field, sent, found } of verified.shown) {
    lines.push(`  ${id} ${field}: sent ${JSON.stringify(sent)}, found ${JSON.stringify(found)}`);
  }
  if (verified.differences > verified.shown.length) {
    lines.push(`  … and ${verified.differences - verified.shown.length} more`);
  }
  return `${lines.join('\n')}\n`;
}

function latencies(milliseconds: readonly number[]): string {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const shares = [50, 95, 99].map(
    (share) => `p${share} ${percentile(sorted, share).toFixed(1)} ms`,
  );
  return `${counted(sorted.length, 'request')}, ${shares.join(', ')}`;
}

/**
 * Nearest rank: the smallest value that is not below `share` percent of all values; 0 for an empty
 * list.
 */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * share) / 100) - 1)] ?? 0;
}
