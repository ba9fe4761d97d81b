import { StorageUnavailableError } from '../../domain/errors.js';
import type { VersionSequence } from '../../domain/version.js';
import type { Clock } from '../../ports/clock.js';
import type { Journal } from '../../ports/journal.js';
import type { StorageBackend, StorageRegistry } from '../../ports/storage-backend.js';
import type { BufferSnapshot } from '../buffer/snapshot.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { CountQuarantined } from '../quarantine/count-quarantined.js';
import { ClockSkew } from './clock-skew.js';
import { PATIENCE, TimedQuestion } from './timed-question.js';

export interface HealthReport {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly database: 'healthy' | 'unhealthy';
  readonly buffer: BufferSnapshot;
  /** Records in the quarantines of all stores, of all instances. */
  readonly inQuarantine: number;
  /** What is wrong, in words without secrets; empty if healthy. */
  readonly problems: readonly string[];
  /** The same for administrators: names the servers, as user, host and database. */
  readonly problemsInFull: readonly string[];
}

export interface Readiness {
  readonly ready: boolean;
  /** Why not; null if ready. */
  readonly reason: string | null;
}

/** A flush is reported once it is this many intervals overdue. */
const OVERDUE_INTERVALS = 3;

/** Checks the service and its dependencies. */
export class CheckHealth {
  #stopping = false;
  readonly #clockSkew: ClockSkew;
  /** Whether a store answers: what is wrong, or null. */
  readonly #failure: TimedQuestion<StorageBackend, Failure | null>;

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
      readonly holdsAccepted: boolean;
    },
  ) {
    const { clock, versions } = dependencies;
    this.#clockSkew = new ClockSkew(clock, versions);
    this.#failure = new TimedQuestion(failureOf, clock);
  }

  /** Takes a few seconds at most, also while a store hangs. */
  async check(): Promise<HealthReport> {
    const { registry, buffer, countQuarantined } = this.dependencies;
    const down = await this.#down();
    const snapshot = buffer.snapshot();
    // A store that has just kept this check waiting is not asked again.
    const answering = registry
      .backends()
      .filter((store) => down.every((each) => each.store !== store));
    const [inQuarantine, clockConcerns] = await Promise.all([
      down.length > 0 ? countQuarantined.lastKnown : countQuarantined.count(),
      this.#clockSkew.concerns(answering),
    ]);
    const concerns = [...this.#concerns(snapshot, inQuarantine), ...clockConcerns];
    return {
      status: down.length > 0 ? 'unhealthy' : concerns.length > 0 ? 'degraded' : 'healthy',
      database: down.length > 0 ? 'unhealthy' : 'healthy',
      buffer: snapshot,
      inQuarantine,
      problems: [...down.map(({ problem }) => problem), ...concerns],
      problemsInFull: [...down.map(({ inFull }) => inFull), ...concerns],
    };
  }

  /**
   * Whether writes can be accepted now: also while a store is down, as long as the journal has
   * room. With `durability: stored` only while every store answers.
   */
  async ready(): Promise<Readiness> {
    const { buffer, journal, holdsAccepted } = this.dependencies;
    if (this.#stopping) return { ready: false, reason: 'shutting down' };
    const { writable, reason } = journal.status();
    if (!writable) return { ready: false, reason: `the journal accepts no writes: ${reason}` };
    if (buffer.snapshot().isFull) return { ready: false, reason: 'the buffer is full' };
    if (buffer.isDraining)
      return { ready: false, reason: 'the records of an earlier journal are stored first' };
    const [away] = holdsAccepted ? [] : await this.#down();
    if (away !== undefined) return { ready: false, reason: away.problem };
    return { ready: true, reason: null };
  }

  /** Not ready from now on. */
  stop(): void {
    this.#stopping = true;
  }

  /** The stores that fail, or do not answer in time. */
  async #down(): Promise<readonly Failure[]> {
    const checks = this.dependencies.registry.backends().map((store) => {
      return this.#failure.ask(store, () => failed(store, hangs(store)));
    });
    return (await Promise.all(checks)).flatMap((failure) => failure ?? []);
  }

  #concerns(snapshot: BufferSnapshot, quarantined: number): readonly string[] {
    const { registry, journal, flushInterval } = this.dependencies;
    const { writable, reason, damage } = journal.status();
    const overdue = (flushInterval * OVERDUE_INTERVALS) / 1000;
    return [
      ...registry.backends().flatMap((backend) => {
        return (backend.concerns?.() ?? []).map((concern) => `storage ${backend.name}: ${concern}`);
      }),
      ...damage.map((what) => `journal: ${what}`),
      ...(writable ? [] : [`journal: it accepts no writes: ${reason}`]),
      ...(quarantined > 0
        ? [
            `quarantine: ${quarantined === 1 ? '1 record waits' : `${quarantined} records wait`} for a decision`,
          ]
        : []),
      ...this.dependencies.buffer.stuck.map(
        ({ collection, key, reason }) =>
          `storage: it fails on ${collection} ${JSON.stringify(key)}, which is pending and retried, although it stores other records: ${reason}`,
      ),
      ...(snapshot.oldestPendingSeconds > overdue
        ? [
            `buffer: the oldest record has been pending for ${Math.round(snapshot.oldestPendingSeconds)} s`,
          ]
        : []),
    ];
  }
}

interface Failure {
  readonly store: StorageBackend;
  readonly problem: string;
  readonly inFull: string;
}

/** Null if the store answers. */
async function failureOf(store: StorageBackend): Promise<Failure | null> {
  try {
    await store.healthCheck();
    return null;
  } catch (error) {
    return failed(store, error);
  }
}

function failed(store: StorageBackend, error: unknown): Failure {
  const said = (words: string) => `storage ${store.name}: ${words}`;
  if (error instanceof StorageUnavailableError) {
    return { store, problem: said(error.message), inFull: said(error.inFull) };
  }
  return {
    store,
    problem: said('it fails with an unknown error'),
    inFull: said(error instanceof Error ? error.message : String(error)),
  };
}

function hangs({ name }: StorageBackend): StorageUnavailableError {
  return new StorageUnavailableError(name, `it did not answer within ${PATIENCE / 1000} s`);
}
