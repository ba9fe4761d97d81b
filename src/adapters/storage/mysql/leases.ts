import { randomUUID } from 'node:crypto';
import { StorageUnavailableError } from '../../../domain/errors.js';
import type { CancelTimer, Clock } from '../../../ports/clock.js';
import type { Lease } from '../../../ports/storage-backend.js';
import type { SqlRunner } from '../sql/dialect.js';
import { LEASES } from '../sql/tables/internal-tables.js';

/** Seconds that a lease lasts after it was taken or renewed; longer than clocks of nodes differ. */
const SECONDS = 30;
const MILLISECONDS = SECONDS * 1000;
const RENEWAL = MILLISECONDS / 3;
/** Milliseconds between two attempts to take a lease that another service holds. */
const PAUSE = 500;

/**
 * What migrations/mysql/0003 creates. The lease of the migrations is needed before them, so two
 * services may create the table, and the migration finds it.
 */
export const CREATE_LEASES = `CREATE TABLE IF NOT EXISTS \`${LEASES.name}\` (
	\`name\` varchar(64) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	\`holder\` varchar(36) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	\`token\` bigint NOT NULL,
	\`expires_at\` datetime(3) NOT NULL,
	CONSTRAINT \`leases_name\` PRIMARY KEY(\`name\`)
)`;

const ENSURE = `insert into ${LEASES.name} (name, holder, token, expires_at) values (?, '', 0, utc_timestamp(3)) on duplicate key update name = values(name)`;
const TAKE = `update ${LEASES.name} set holder = ?, token = token + 1, expires_at = utc_timestamp(3) + interval ${SECONDS} second where name = ? and expires_at <= utc_timestamp(3)`;
const TOKEN = `select token from ${LEASES.name} where name = ?`;
const OWN = 'where name = ? and holder = ? and token = ?';
const RENEW = `update ${LEASES.name} set expires_at = utc_timestamp(3) + interval ${SECONDS} second ${OWN}`;
const RETURN = `update ${LEASES.name} set holder = '', expires_at = utc_timestamp(3) ${OWN}`;

/**
 * Leases: rows that expire by the clock of the store. A named lock of the server would be granted
 * on each node of a cluster.
 */
export class Leases {
  /** Of this process. */
  readonly #holder = randomUUID();

  constructor(
    private readonly runner: Pick<SqlRunner, 'transaction'>,
    private readonly clock: Clock,
  ) {}

  /** Runs work under a lease; null, without running it, if another service holds the lease. */
  async hold<Result>(name: string, work: Work<Result>): Promise<Result | null> {
    const taken = await this.#take(name);
    if (taken === null) return null;
    const lease = new HeldLease(name, taken.until, this.clock, () => this.#run(RENEW, taken.own));
    try {
      return await work(lease);
    } finally {
      lease.stop();
      // If the store cannot be reached, the lease expires.
      await this.#run(RETURN, taken.own).catch(() => false);
    }
  }

  /** Waits for the lease; throws StorageUnavailableError after `patience` milliseconds. */
  async wait<Result>(name: string, patience: number, work: Work<Result>): Promise<Result> {
    const begun = this.clock.monotonic();
    for (;;) {
      const done = await this.hold(name, async (lease) => ({ result: await work(lease) }));
      if (done !== null) return done.result;
      if (this.clock.monotonic() - begun > patience)
        throw new StorageUnavailableError(
          'mysql',
          `another instance has held the lease ${name} for ${Math.round(patience / 1000)} s`,
        );
      await new Promise<void>((resolve) => this.clock.schedule(PAUSE, resolve));
    }
  }

  async #take(name: string) {
    const begun = this.clock.monotonic();
    const token = await this.runner.transaction(async (transaction) => {
      await transaction.run({ text: ENSURE, params: [name] });
      if ((await transaction.run({ text: TAKE, params: [this.#holder, name] })) === 0) return null;
      const [row] = await transaction.all({ text: TOKEN, params: [name] });
      return Number(row?.token);
    });
    if (token === null) return null;
    return { own: [name, this.#holder, token], until: begun + MILLISECONDS };
  }

  /** Whether the lease was still that of this service. */
  async #run(text: string, params: readonly unknown[]): Promise<boolean> {
    const changed = await this.runner.transaction((transaction) =>
      transaction.run({ text, params }),
    );
    return changed > 0;
  }
}

/** A lease that says when it is lost. */
interface LosableLease extends Lease {
  /** For a step that may never end by itself: called when a renewal finds the lease lost. */
  onLost(action: () => void): void;
}

type Work<Result> = (lease: LosableLease) => Promise<Result>;

class HeldLease implements LosableLease {
  #timer: CancelTimer;
  #isStopped = false;
  #whenLost: () => void = () => undefined;

  constructor(
    private readonly name: string,
    /** Monotonic milliseconds, measured from before the store was asked: never too late. */
    private until: number,
    private readonly clock: Clock,
    private readonly renew: () => Promise<boolean>,
  ) {
    this.#timer = this.#arm();
  }

  get #isHeld(): boolean {
    return this.clock.monotonic() < this.until;
  }

  onLost(action: () => void): void {
    this.#whenLost = action;
  }

  check(): void {
    if (this.#isHeld) return;
    throw new StorageUnavailableError(
      'mysql',
      `the lease ${this.name} has expired, and another instance may hold it`,
    );
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer();
  }

  #arm(): CancelTimer {
    return this.clock.schedule(RENEWAL, () => void this.#renew());
  }

  /** Never rejects: a renewal that fails is repeated, and meanwhile the lease may expire. */
  async #renew(): Promise<void> {
    const begun = this.clock.monotonic();
    const isOwn = await this.renew().catch(() => null);
    if (isOwn === true) this.until = begun + MILLISECONDS;
    if (isOwn === false) this.until = Number.NEGATIVE_INFINITY;
    if (this.#isStopped) return;
    if (!this.#isHeld) this.#whenLost();
    if (isOwn !== false) this.#timer = this.#arm();
  }
}
