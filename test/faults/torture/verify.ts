import type { Discrepancy, Oracle } from './oracle.js';
import { type Everything, readBack } from './read-back.js';
import { type FoundTask, isUnfinished, taskRevision } from './records.js';
import { BASE, request, told } from './requests.js';

/** Tasks that are also read by their id. */
const BY_ID = 300;
/** Milliseconds for the store to recover. */
const PATIENCE = 60_000;
const PAUSE = 100;

/**
 * Flushes every instance, reads everything back, and compares it with the oracle and with itself.
 */
export async function verify(
  urls: readonly string[],
  oracle: Oracle,
  random: () => number,
): Promise<readonly Discrepancy[]> {
  for (const url of urls) await flush(url);
  for (const url of urls) await checkBalance(url);
  const [first, last] = [urls.at(0) as string, urls.at(-1) as string];
  const everything = await readBack(first);
  return [
    ...oracle.judge(everything),
    ...(await compareById(last, everything, oracle, random)),
    ...(await compareRestored(last, everything, oracle)),
  ];
}

async function flush(url: string): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const answer = await request(url, 'POST', `${BASE}/flush`);
    if (answer?.status === 200) return;
    if (answer?.status !== 503 || performance.now() > deadline)
      throw new Error(`flushing: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

async function checkBalance(url: string): Promise<void> {
  const { buffer } = await told<{ buffer: Record<string, number> }>(url, '/health');
  const { accepted, stored, coalesced, pending, quarantined } = buffer as Record<
    'accepted' | 'stored' | 'coalesced' | 'pending' | 'quarantined',
    number
  >;
  if (pending !== 0 || accepted !== stored + coalesced + pending + quarantined)
    throw new Error(`the account does not balance after a flush: ${JSON.stringify(buffer)}`);
}

/** A read by id must agree with the lists: stored, quarantined, or absent. */
async function compareById(
  url: string,
  { tasks, quarantined }: Everything,
  oracle: Oracle,
  random: () => number,
): Promise<readonly Discrepancy[]> {
  const keys = [...oracle.sessions.values()].flatMap((session) => [...session.tasks.keys()]);
  const share = BY_ID / Math.max(1, keys.length);
  const faults: Discrepancy[] = [];
  for (const key of keys.filter(() => random() < share)) {
    const listed = tasks.get(key) ?? quarantined.get(key);
    const answer = await request(url, 'GET', `${BASE}/tasks/${key}`);
    const found = answer?.status === 200 ? (answer.body as FoundTask) : null;
    const revision = found === null ? null : taskRevision(found);
    if (revision === (listed === undefined ? null : taskRevision(listed))) continue;
    const known = `listed as ${JSON.stringify(listed ?? null)}`;
    faults.push({ fault: 'misplaced', key, known, found: JSON.stringify(answer?.body) });
  }
  return faults;
}

/** Recovery must return the unfinished tasks of the listed sessions. */
async function compareRestored(
  url: string,
  { sessions, tasks }: Everything,
  oracle: Oracle,
): Promise<readonly Discrepancy[]> {
  const unfinished = new Map<string, number>();
  for (const task of tasks.values()) {
    const so = unfinished.get(task.session_id) ?? 0;
    if (isUnfinished(task)) unfinished.set(task.session_id, so + 1);
  }
  const faults: Discrepancy[] = [];
  for (const key of oracle.sessions.keys()) {
    const answer = await request(url, 'POST', `${BASE}/recovery/restore/${key}`);
    const expected = sessions.has(key) ? 200 : 404;
    const count = (answer?.body as { tasks_count?: number } | null)?.tasks_count;
    const same =
      answer?.status === expected && (expected === 404 || count === (unfinished.get(key) ?? 0));
    if (same) continue;
    const known = `${expected}, with ${unfinished.get(key) ?? 0} unfinished tasks listed`;
    faults.push({ fault: 'misplaced', key, known, found: `${answer?.status}, ${count} restored` });
  }
  return faults;
}
