import { TortureClient } from './client.js';
import { Instances } from './instances.js';
import { type Discrepancy, Oracle } from './oracle.js';
import { BASE, request } from './requests.js';
import { verify } from './verify.js';

export interface TortureOptions {
  /** Environment of an instance: its store. */
  readonly envOf: (index: number) => Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Number of instances that share the store. */
  readonly instances: number;
  /** The run ends after this many kills or milliseconds, whichever comes first. */
  readonly kills: number;
  readonly milliseconds: number;
  /**
   * Kills the database, or does what else may happen to it, and restores it; called in one round of
   * `interruptEvery`, if given.
   */
  readonly interruptDatabase?: (random: () => number) => Promise<void>;
  /** Default: 4. */
  readonly interruptEvery?: number;
  /** The share of instances that are stopped gracefully instead of killed; default: none. */
  readonly gracefulShare?: number;
  readonly random: () => number;
  readonly onRound?: (report: TortureReport) => void;
}

export interface TortureReport {
  /** Kills of instances. */
  readonly kills: number;
  readonly databaseKills: number;
  readonly answeredWrites: number;
  readonly answeredDeletes: number;
  readonly answeredOrphans: number;
  readonly tasks: number;
  /** Number of times that every record was read back and compared. */
  readonly verifications: number;
  readonly discrepancies: readonly Discrepancy[];
}

const CLIENTS = 4;
/**
 * Reading everything back takes longer than a round; it is done after the first, the last, and
 * every tenth.
 */
const VERIFY_EVERY = 10;
/**
 * Requests from the start of a round to its kill: from before the first flush to the middle of
 * several.
 */
const MOST_REQUESTS = 200;
/** Milliseconds, regardless of the number of requests. */
const LONGEST_ROUND = 10_000;
/** Milliseconds between two steps of a round. */
const LONGEST_PAUSE = 150;
/** Milliseconds from a flush to the kill in the middle of it. */
const LONGEST_FLUSH = 60;

/**
 * Repeatedly kills instances of a service under load, and compares the stored records with the
 * acknowledged ones.
 */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const { random } = options;
  const oracle = new Oracle();
  const instances = new Instances(options.envOf, options.cwd, options.instances);
  const { interruptDatabase, interruptEvery = 4 } = options;
  const clients = Array.from(
    { length: CLIENTS },
    (_, index) => new TortureClient(`c${index}`, oracle, random),
  );
  const report = { kills: 0, databaseKills: 0, verifications: 0 };
  const readBack: Discrepancy[] = [];
  const discrepancies = () => [...clients.flatMap(({ faults }) => faults), ...readBack];
  const check = async () => {
    readBack.push(...(await verify(instances.urls, oracle, random)));
    report.verifications += 1;
  };
  const current = (): TortureReport => ({
    ...report,
    answeredWrites: oracle.answeredWrites,
    answeredDeletes: oracle.answeredDeletes,
    answeredOrphans: oracle.answeredOrphans,
    tasks: oracle.tasks,
    discrepancies: discrepancies(),
  });
  const end = performance.now() + options.milliseconds;
  const isOver = () => report.kills >= options.kills || performance.now() >= end;
  try {
    await instances.startAll();
    for (let round = 0; !isOver() && discrepancies().length === 0; round += 1) {
      const withDatabase =
        interruptDatabase !== undefined && round % interruptEvery === interruptEvery - 1;
      await whileWorking(clients, instances, async () => {
        report.kills += await killSome(clients, instances, options, withDatabase);
      });
      if (withDatabase) report.databaseKills += 1;
      if (isOver() || round % VERIFY_EVERY === 0) await check();
      options.onRound?.(current());
    }
    await instances.stopAll();
    await instances.startAll();
    if (discrepancies().length === 0) await check();
  } finally {
    await instances.killAll();
  }
  return current();
}

/** The clients work until `disturb` has ended, and then wait for their last answer. */
async function whileWorking(
  clients: readonly TortureClient[],
  instances: Instances,
  disturb: () => Promise<void>,
): Promise<void> {
  let stopped = false;
  const working = Promise.all(clients.map((client) => client.work(instances, () => stopped)));
  const disturbed = disturb().finally(() => {
    stopped = true;
  });
  // A client that fails ends the run; the other promise is awaited so that nothing continues in the
  // background.
  const [works, disturbs] = await Promise.allSettled([working, disturbed]);
  for (const each of [works, disturbs]) if (each.status === 'rejected') throw each.reason;
}

/**
 * Ends one or more instances at a random moment, and restarts them while the others work. Returns
 * how many were killed.
 */
async function killSome(
  clients: readonly TortureClient[],
  instances: Instances,
  { random, interruptDatabase, gracefulShare = 0 }: TortureOptions,
  withDatabase: boolean,
): Promise<number> {
  const all = Array.from({ length: instances.count }, (_, index) => index);
  const some = all.filter(() => random() < 0.6);
  const victims = some.length === 0 ? [Math.floor(random() * instances.count)] : some;
  await requests(clients, random() * MOST_REQUESTS);
  const interrupted = withDatabase ? interruptDatabase?.(random) : undefined;
  // Whoever fails first reports it; the rest is awaited below.
  interrupted?.catch(() => undefined);
  await pause(random() * LONGEST_PAUSE);
  // Half of the kills hit a flush: flushes are rare, and the most critical moments.
  if (random() < 0.5) {
    for (const url of instances.urls) void request(url, 'POST', `${BASE}/flush`);
    await pause(random() * LONGEST_FLUSH);
  }
  const graceful = new Set(victims.filter(() => random() < gracefulShare));
  await Promise.all(
    victims.map((index) => (graceful.has(index) ? instances.stop(index) : instances.kill(index))),
  );
  await interrupted;
  await pause(random() * LONGEST_PAUSE);
  await Promise.all(victims.map((index) => instances.start(index)));
  return victims.length - graceful.size;
}

/** Waits until the clients have made this many more requests. */
async function requests(clients: readonly TortureClient[], count: number): Promise<void> {
  const made = () => clients.reduce((sum, client) => sum + client.requests, 0);
  const enough = made() + count;
  const end = performance.now() + LONGEST_ROUND;
  while (made() < enough && performance.now() < end) await pause(5);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
