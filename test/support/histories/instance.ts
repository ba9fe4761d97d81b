import { FileJournal } from '../../../src/adapters/journal/file/file-journal.js';
import { JournalFolder } from '../../../src/adapters/journal/file/journal-folder.js';
import { MemoryJournal } from '../../../src/adapters/journal/memory-journal.js';
import { ServiceError } from '../../../src/domain/errors.js';
import { type Version, VersionSequence } from '../../../src/domain/version.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { FakeDisk, type Survival } from '../../unit/journal/support/fake-disk.js';
import { type Application, anApplication } from '../application/application.js';
import { FakeClock } from '../application/fake-clock.js';
import type { Durability } from './steps.js';
import { type LateCalls, StoreLink, type Witness } from './store-link.js';
import type { Truth } from './truth.js';
import { WitnessedJournal } from './witnessed-journal.js';

export type Backends = Readonly<Record<'sessions' | 'tasks', StorageBackend>>;

export interface InstanceSettings {
  /** The number of the instance. */
  readonly by: 0 | 1;
  readonly backends: Backends;
  readonly truth: Truth;
  readonly late: LateCalls;
  readonly witness: Witness;
  readonly jitter: readonly number[];
  /** `buffer.durability` of each start, in turn. */
  readonly durability: readonly Durability[];
  readonly survival: Survival;
  /** Whether nothing else happens meanwhile. */
  readonly isAlone: () => boolean;
  readonly now: number;
}

const FOLDER = '/data/journal';

/** Even for one instance and odd for the other: a tie may end either way, so there are no ties. */
class OwnVersions extends VersionSequence {
  constructor(private readonly by: 0 | 1) {
    super();
  }

  override next(now: number): Version {
    const version = super.next(now);
    return version % 2 === this.by ? version : super.next(now);
  }
}

/** One service over all its runs: its memory is lost with each run, its disk and its clock stay. */
export class Instance {
  /**
   * Deletes and drops up to this position in the truth are known here: the instance has flushed
   * since.
   */
  knowsUntil = 0;
  #clock: FakeClock;
  #disk = new FakeDisk();
  #isStoreAway = false;
  #starts = 0;
  /**
   * A store that does not know the instance may drop tombstones that it needs, so it does not start
   * without the store (ADR 11). With `durability: stored` it keeps nothing of its own, and the
   * journal of a later start is new to the store.
   */
  #isKnown = false;
  /**
   * The newest version that it has accepted or deleted itself, over all runs; and that it has seen
   * in this run.
   */
  /** Retries that are running. */
  #retries = 0;
  #accepted: Version = 0;
  #seen: Version = 0;
  readonly #seenStores = new Set<StorageBackend>();
  #running: { app: Application; link: StoreLink; journal: WitnessedJournal } | null = null;

  constructor(readonly settings: InstanceSettings) {
    this.#clock = new FakeClock(settings.now);
  }

  get by(): 0 | 1 {
    return this.settings.by;
  }

  get isUp(): boolean {
    return this.#running !== null;
  }

  get app(): Application {
    return this.#up.app;
  }

  get journal(): WitnessedJournal {
    return this.#up.journal;
  }

  get link(): StoreLink {
    return this.#up.link;
  }

  /** Whether the store fails, or failed, on a record that is not stored for this reason. */
  get hasStuckRecords(): boolean {
    if (this.#running === null) return false;
    const { link, app } = this.#running;
    return link.failsOn.size > 0 || app.buffer.stuck.length > 0;
  }

  get isStoreAway(): boolean {
    return this.#isStoreAway;
  }

  setStoreAway(isAway: boolean): void {
    this.#isStoreAway = isAway;
    if (this.#running !== null) this.#running.link.down = isAway;
  }

  async whileRetrying(work: () => Promise<unknown>): Promise<void> {
    this.#retries += 1;
    await work().finally(() => {
      this.#retries -= 1;
    });
  }

  setClock(by: number): void {
    this.#clock.setWallClock(this.#clock.now() + by);
  }

  async start(): Promise<void> {
    const { by, backends, truth, late, witness, jitter, durability, isAlone } = this.settings;
    const mode = durability[this.#starts % durability.length] ?? 'journal';
    this.#starts += 1;
    if (!this.#isKnown) this.#isStoreAway = false;
    // A start takes time: a version that an earlier run gave and nothing kept is not given again.
    this.#clock = new FakeClock(this.#clock.now() + 1);
    this.#seen = 0;
    this.#seenStores.clear();
    const answered = (backend: StorageBackend, method: string, answer: unknown) => {
      if (method !== 'newestVersion') return;
      this.#seenStores.add(backend);
      this.hasSeen(Number(answer));
    };
    const link = new StoreLink(late, witness, answered, jitter);
    link.down = this.#isStoreAway;
    const folder = new JournalFolder(FOLDER, {
      disk: this.#disk,
      clock: this.#clock,
      reserveBytes: 64,
    });
    const kept = mode === 'journal' ? new FileJournal(folder) : new MemoryJournal(folder);
    const journal = new WitnessedJournal(kept, by, truth, mode, (version) => {
      // It got its version before it waited for its turn, and a delete may have ended since.
      if (mode === 'stored' && !isAlone()) return;
      const floor = Math.max(this.#accepted, this.#seen);
      // A retry is as old as what it read, so that it undoes nothing that is written meanwhile.
      if (version <= floor && this.#retries === 0)
        throw new Error(`instance ${by} gave the version ${version} after ${floor}`);
      // What the store has not committed was not accepted, and nobody knows it after a kill.
      if (mode === 'journal') this.hasAccepted(version);
    });
    await journal.open();
    const sessions = link.to(backends.sessions);
    const tasks = backends.tasks === backends.sessions ? sessions : link.to(backends.tasks);
    const app = anApplication({
      backends: { sessions, tasks },
      journal,
      settings: { holdsAccepted: mode === 'journal' },
      clock: this.#clock,
      versions: new OwnVersions(by),
    });
    await app.restart.run();
    await app.tombstoneUpkeep.begin();
    this.#isKnown = journal.identity().survives;
    this.#running = { app, link, journal };
    this.knowsUntil = 0;
  }

  /** Everything that it accepts from now on must be newer. */
  hasAccepted(version: Version): void {
    this.#accepted = Math.max(this.#accepted, version);
  }

  hasSeen(version: Version): void {
    this.#seen = Math.max(this.#seen, version);
  }

  /** Whether this run has read the newest version of each of its stores. */
  get hasSeenStores(): boolean {
    const { sessions, tasks } = this.settings.backends;
    return this.#seenStores.has(sessions) && this.#seenStores.has(tasks);
  }

  /** Waits until a flush that a timer has started ends. */
  async wait(milliseconds: number): Promise<void> {
    await this.#clock.advance(milliseconds);
    await this.#running?.app.buffer.withoutFlush(async () => undefined);
  }

  /** Like SIGTERM: what cannot be stored stays in the journal. */
  async stop(): Promise<void> {
    const { app, journal } = this.#up;
    app.acceptBatch.stop();
    app.buffer.stop();
    try {
      await app.buffer.flush();
      if (app.buffer.snapshot().pending === 0) {
        await journal.settle();
        await app.tombstoneUpkeep.withdraw();
        this.#isKnown = false;
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
    await journal.close();
    this.#running = null;
  }

  /** Like SIGKILL, or a power failure. */
  kill(): void {
    const { app, link, journal } = this.#up;
    link.die();
    journal.die();
    app.buffer.stop();
    this.#disk = this.#disk.crash(this.settings.survival);
    this.#running = null;
  }

  get #up() {
    if (this.#running === null) throw new Error(`instance ${this.by} is not running`);
    return this.#running;
  }
}
