import { StorageUnavailableError } from '../../domain/errors.js';
import type { VersionSequence } from '../../domain/version.js';
import type { Clock } from '../../ports/clock.js';
import type { Journal } from '../../ports/journal.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { BufferSnapshot } from '../buffer/snapshot.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { CountQuarantined } from '../quarantine/count-quarantined.js';
import { clockConcerns } from './clock-skew.js';

export interface HealthReport {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly database: 'healthy' | 'unhealthy';
  readonly buffer: BufferSnapshot;
  /** Records that the quarantines of all stores hold now, whichever instance put them there. */
  readonly inQuarantine: number;
  /** What is wrong, in words that are fit for anyone; empty when healthy. */
  readonly problems: readonly string[];
  /** The same for administrators: with the servers, as user, host and database. */
  readonly problemsInFull: readonly string[];
}

export interface Readiness {
  readonly ready: boolean;
  /** Why not; null when ready. */
  readonly reason: string | null;
}

/** A flush that is this many intervals overdue needs a look. */
const OVERDUE_INTERVALS = 3;

/** Whether the service and what it stands on work. */
export class CheckHealth {
  #stopping = false;

  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly journal: Journal;
      readonly countQuarantined: CountQuarantined;
      readonly clock: Clock;
      readonly versions: VersionSequence;
      /** Milliseconds. */
      readonly flushInterval: number;
    },
  ) {}

  async check(): Promise<HealthReport> {
    const { registry, buffer, countQuarantined, clock, versions } = this.dependencies;
    const down = await Promise.all(
      registry.backends().map(async (backend) => {
        try {
          await backend.healthCheck();
          return [];
        } catch (error) {
          return [failureOf(backend.name, error)];
        }
      }),
    ).then((lists) => lists.flat());
    const snapshot = buffer.snapshot();
    const inQuarantine = await countQuarantined.count();
    const concerns = [
      ...this.#concerns(snapshot, inQuarantine),
      ...(await clockConcerns(registry, clock, versions)),
    ];
    return {
      status: down.length > 0 ? 'unhealthy' : concerns.length > 0 ? 'degraded' : 'healthy',
      database: down.length > 0 ? 'unhealthy' : 'healthy',
      buffer: snapshot,
      inQuarantine,
      problems: [...down.map(({ problem }) => problem), ...concerns],
      problemsInFull: [...down.map(({ inFull }) => inFull), ...concerns],
    };
  }

  /** Whether writes can be accepted now: also while a store is down, as long as the journal has room. */
  ready(): Readiness {
    const { buffer, journal } = this.dependencies;
    if (this.#stopping) return { ready: false, reason: 'shutting down' };
    const { writable, reason } = journal.status();
    if (!writable) return { ready: false, reason: `the journal takes no writes: ${reason}` };
    if (buffer.snapshot().isFull) return { ready: false, reason: 'the buffer is full' };
    return { ready: true, reason: null };
  }

  /** From now on not ready. */
  stop(): void {
    this.#stopping = true;
  }

  #concerns(snapshot: BufferSnapshot, quarantined: number): readonly string[] {
    const { registry, journal, flushInterval } = this.dependencies;
    const { writable, reason, damage } = journal.status();
    const overdue = (flushInterval * OVERDUE_INTERVALS) / 1000;
    return [
      ...registry.backends().flatMap((backend) => {
        return (backend.concerns?.() ?? []).map((what) => `storage ${backend.name}: ${what}`);
      }),
      ...damage.map((what) => `journal: ${what}`),
      ...(writable ? [] : [`journal: it takes no writes: ${reason}`]),
      ...(quarantined > 0
        ? [
            `quarantine: ${quarantined === 1 ? '1 record waits' : `${quarantined} records wait`} for a decision`,
          ]
        : []),
      ...this.dependencies.buffer.stuck.map(
        ({ collection, key, reason }) =>
          `storage: it fails on ${collection} ${JSON.stringify(key)}, which waits and is tried again, while it takes other records: ${reason}`,
      ),
      ...(snapshot.oldestPendingSeconds > overdue
        ? [
            `buffer: the oldest record has waited ${Math.round(snapshot.oldestPendingSeconds)} s to be stored`,
          ]
        : []),
    ];
  }
}

function failureOf(backend: string, error: unknown) {
  const said = (words: string) => `storage ${backend}: ${words}`;
  if (error instanceof StorageUnavailableError) {
    return { problem: said(error.message), inFull: said(error.inFull) };
  }
  return {
    problem: said('it fails in a way that is not foreseen'),
    inFull: said(error instanceof Error ? error.message : String(error)),
  };
}
