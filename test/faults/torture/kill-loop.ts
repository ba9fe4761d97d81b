import { ServiceProcess } from '../../support/service-process.js';
import { TortureClient, verify } from './client.js';
import { type Discrepancy, Oracle } from './oracle.js';

export interface TortureOptions {
  /** Environment of the service: its store and its folders. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Ends after so many kills or so many milliseconds, whichever comes first. */
  readonly kills: number;
  readonly milliseconds: number;
  /** Kills the database and brings it back; called in one round of four where it is given. */
  readonly interruptDatabase?: () => Promise<void>;
  readonly random: () => number;
  readonly onRound?: (report: TortureReport) => void;
}

export interface TortureReport {
  readonly kills: number;
  readonly databaseKills: number;
  readonly answeredWrites: number;
  readonly records: number;
  /** Times that every record was read back and compared. */
  readonly verifications: number;
  readonly lost: readonly Discrepancy[];
}

const CLIENTS = 4;
/** Reading everything back takes longer than a round; it is done after the first kill, the last, and every tenth. */
const VERIFY_EVERY = 10;
/** From the first write to the kill, milliseconds: from "no flush yet" to "in the middle of several". */
const LONGEST_ROUND = 600;

/** Kills a service that is being written to, again and again, and compares what it kept with what it answered. */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const oracle = new Oracle();
  const clients = Array.from(
    { length: CLIENTS },
    (_, index) => new TortureClient(`c${index}`, oracle, options.random),
  );
  const report = {
    kills: 0,
    databaseKills: 0,
    verifications: 0,
    lost: [] as readonly Discrepancy[],
  };
  const current = (): TortureReport => ({
    ...report,
    answeredWrites: oracle.answeredWrites,
    records: oracle.keys.length,
  });
  const end = performance.now() + options.milliseconds;
  let service = await ServiceProcess.start(options);
  try {
    for (const client of clients) await client.createSessions(service.url);
    while (report.kills < options.kills && performance.now() < end && report.lost.length === 0) {
      const withDatabase = options.interruptDatabase !== undefined && report.kills % 4 === 3;
      await killWhileWriting(service, clients, options, withDatabase);
      report.kills += 1;
      if (withDatabase) report.databaseKills += 1;
      service = await ServiceProcess.start(options);
      const last = report.kills >= options.kills || performance.now() >= end;
      if (last || report.kills % VERIFY_EVERY === 1) {
        report.lost = await verify(service.url, oracle);
        report.verifications += 1;
      }
      options.onRound?.(current());
    }
    const code = await service.stop();
    if (code !== 0) throw new Error(`the service ended with ${code}:\n${service.output}`);
  } finally {
    await service.kill();
  }
  return current();
}

async function killWhileWriting(
  service: ServiceProcess,
  clients: readonly TortureClient[],
  options: TortureOptions,
  withDatabase: boolean,
): Promise<void> {
  let stopped = false;
  const writing = clients.map((client) => client.write(service.url, () => stopped));
  await new Promise((resolve) => setTimeout(resolve, options.random() * LONGEST_ROUND));
  const interrupted = withDatabase ? options.interruptDatabase?.() : undefined;
  await new Promise((resolve) => setTimeout(resolve, options.random() * (LONGEST_ROUND / 4)));
  await service.kill();
  stopped = true;
  await Promise.all([...writing, interrupted]);
}

/** A small generator, so that a run can be repeated by its seed (Park–Miller). */
export function seededRandom(seed: number): () => number {
  let state = (Math.abs(Math.trunc(seed)) % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
