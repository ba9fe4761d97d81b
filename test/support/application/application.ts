import { MemoryJournal } from '../../../src/adapters/journal/memory-journal.js';
import { CollectionRegistry } from '../../../src/adapters/storage/collection-registry.js';
import { MemoryBackend } from '../../../src/adapters/storage/memory/memory-backend.js';
import type { BufferSettings } from '../../../src/application/buffer/buffer-settings.js';
import { useCases } from '../../../src/application/use-cases.js';
import type { EarlierQuarantine } from '../../../src/application/writing/restart.js';
import type { CollectionName } from '../../../src/domain/collection.js';
import { descendantsOf } from '../../../src/domain/collections/family.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import type { VersionSequence } from '../../../src/domain/version.js';
import type { Journal } from '../../../src/ports/journal.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { FakeClock } from './fake-clock.js';
import { DoublingBackoff, RecordingLogger, RecordingMetrics } from './fakes.js';
import { FaultyBackend } from './faulty-backend.js';

const DAY = 24 * 3_600_000;

/**
 * The collections that `tasks` means if sessions and tasks are in two stores: all below sessions.
 */
export const BELOW_SESSIONS: readonly CollectionName[] = descendantsOf(SESSIONS).map(
  ({ name }) => name,
);

export const SETTINGS: BufferSettings = {
  maxBufferSize: 1000,
  holdsAccepted: true,
  flushInterval: 30_000,
  flushSpacing: 0,
  maxPendingRecords: 200_000,
  maxPendingBytes: 512 * 1024 * 1024,
};

export interface ApplicationOptions {
  readonly settings?: Partial<BufferSettings>;
  readonly journal?: Journal;
  readonly versions?: VersionSequence;
  /** Sessions and tasks in two backends, without a foreign key between them. */
  readonly split?: boolean;
  /** Open backends; default: new memory backends. The caller closes them. */
  readonly backends?: Readonly<Record<'sessions' | 'tasks', StorageBackend>>;
  /** Default: a new one. */
  readonly clock?: FakeClock;
  /** The quarantine of a version before 1.1.0; default: none. */
  readonly earlierQuarantine?: EarlierQuarantine;
}

const NOTHING_EARLIER: EarlierQuarantine = {
  async *read() {},
  async forget() {},
};

/**
 * The whole application on the memory backend (or another), with fault injection, and with time
 * controlled by the test.
 */
export function anApplication(options: ApplicationOptions = {}) {
  const clock = options.clock ?? new FakeClock();
  const logger = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const journal = options.journal ?? new MemoryJournal();
  const { sessionStore, taskStore } = stores(options);
  const registry = new CollectionRegistry(
    [...new Set([sessionStore, taskStore])],
    new Map<CollectionName, string>(
      COLLECTIONS.map(({ name }) => [
        name,
        (name === SESSIONS.name ? sessionStore : taskStore).name,
      ]),
    ),
  );
  const ports = {
    registry,
    journal,
    earlierQuarantine: options.earlierQuarantine ?? NOTHING_EARLIER,
    clock,
    backoff: new DoublingBackoff(),
    logger,
    metrics,
  };
  const wired = useCases(ports, {
    buffer: { ...SETTINGS, ...options.settings },
    retention: { policy: { completedDays: 90, failedDays: 30 }, interval: DAY },
    ...(options.versions === undefined ? {} : { versions: options.versions }),
  });
  return { ...ports, ...wired, sessionStore, taskStore };
}

export type Application = ReturnType<typeof anApplication>;

/** Empty stores that several instances share: a value for `backends`. */
export function sharedBackends(
  split = false,
): Readonly<Record<'sessions' | 'tasks', StorageBackend>> {
  if (split) {
    return {
      sessions: new MemoryBackend([SESSIONS.name], 'memory-a'),
      tasks: new MemoryBackend(BELOW_SESSIONS, 'memory-b'),
    };
  }
  const both = new MemoryBackend([SESSIONS.name, ...BELOW_SESSIONS]);
  return { sessions: both, tasks: both };
}

function stores({ split = false, backends = sharedBackends(split) }: ApplicationOptions) {
  const sessionStore = new FaultyBackend(backends.sessions);
  const isOne = backends.tasks === backends.sessions;
  return { sessionStore, taskStore: isOne ? sessionStore : new FaultyBackend(backends.tasks) };
}
