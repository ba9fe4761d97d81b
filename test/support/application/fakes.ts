import type { CollectionName } from '../../../src/domain/collection.js';
import type { Backoff } from '../../../src/ports/backoff.js';
import type { LogFields, Logger } from '../../../src/ports/logger.js';
import type { FlushOutcome, Metrics } from '../../../src/ports/metrics.js';
import { deletedCounts } from './deleted-counts.js';

/** Records log lines for tests. */
export class RecordingLogger implements Logger {
  readonly lines: {
    readonly level: string;
    readonly message: string;
    readonly fields: LogFields;
  }[] = [];

  debug(fields: LogFields, message: string): void {
    this.lines.push({ level: 'debug', message, fields });
  }

  info(fields: LogFields, message: string): void {
    this.lines.push({ level: 'info', message, fields });
  }

  warn(fields: LogFields, message: string): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  error(fields: LogFields, message: string): void {
    this.lines.push({ level: 'error', message, fields });
  }
}

export class RecordingMetrics implements Metrics {
  readonly flushes: FlushOutcome[] = [];
  stored = 0;
  quarantined = 0;
  readonly cleanUps: { readonly sessions: number; readonly tasks: number }[] = [];

  flushEnded(outcome: FlushOutcome): void {
    this.flushes.push(outcome);
  }

  recordsStored(_collection: string, records: number): void {
    this.stored += records;
  }

  recordsQuarantined(_collection: string, records: number): void {
    this.quarantined += records;
  }

  failedCleanUps = 0;

  cleanUpFailed(): void {
    this.failedCleanUps += 1;
  }

  cleanedUp(deleted: ReadonlyMap<CollectionName, number>): void {
    this.cleanUps.push(deletedCounts(deleted));
  }
}

/** Pauses of 1, 2, 4 … seconds, without jitter. */
export class DoublingBackoff implements Backoff {
  #next = 1000;

  next(): number {
    const pause = this.#next;
    this.#next *= 2;
    return pause;
  }

  reset(): void {
    this.#next = 1000;
  }
}
