import type { Discrepancy, KnownSession } from './oracle.js';
import type { FoundSession, FoundTask } from './records.js';
import { BASE, request } from './requests.js';

/**
 * Checks a session and some of its tasks during the run, by their ids, after each instance has
 * flushed its writes. No other client writes them. Null if a request was not answered.
 */
export async function checkSession(
  urls: readonly string[],
  session: KnownSession,
  keys: readonly string[],
): Promise<readonly Discrepancy[] | null> {
  for (const url of urls) {
    const flushed = await request(url, 'POST', `${BASE}/flush`);
    if (flushed?.status !== 200) return null;
  }
  const faults: Discrepancy[] = [];
  for (const url of urls) {
    const found = await read<FoundSession>(url, `sessions/${session.key}`);
    if (found === null) return null;
    faults.push(...session.judgeRecord(found.record));
  }
  for (const [index, key] of keys.entries()) {
    const found = await read<FoundTask>(urls[index % urls.length] as string, `tasks/${key}`);
    if (found === null) return null;
    faults.push(...session.judgeTask(key, found.record));
  }
  return faults;
}

/**
 * The remains of a session, or of a task of it, in the instance that has just answered its delete.
 */
export async function stillThere(
  url: string,
  session: string,
  task: string | undefined,
): Promise<readonly Discrepancy[]> {
  const paths = [`sessions/${session}`, ...(task === undefined ? [] : [`tasks/${task}`])];
  const faults: Discrepancy[] = [];
  for (const path of paths) {
    const found = await read(url, path);
    if (found?.record === undefined) continue;
    const what = JSON.stringify(found.record);
    faults.push({ fault: 'returned', key: path, known: 'deleted just now', found: what });
  }
  return faults;
}

async function read<Item>(
  url: string,
  path: string,
): Promise<{ readonly record: Item | undefined } | null> {
  const answer = await request(url, 'GET', `${BASE}/${path}`);
  if (answer?.status === 404) return { record: undefined };
  return answer?.status === 200 ? { record: answer.body as Item } : null;
}
