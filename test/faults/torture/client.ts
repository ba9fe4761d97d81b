import type { Discrepancy, Oracle } from './oracle.js';

const BASE = '/api/v1/translation';
const SESSIONS = 8;
const STATUSES = ['pending', 'processing', 'completed'];

/** Writes revisions of tasks until told to stop, and tells the oracle what was answered. */
export class TortureClient {
  constructor(
    private readonly name: string,
    private readonly oracle: Oracle,
    private readonly random: () => number,
  ) {}

  async createSessions(url: string): Promise<void> {
    const sessions = Array.from({ length: SESSIONS }, (_, index) => ({
      session_id: this.#session(index),
      filename: 'torture.xlsx',
      file_path: '/torture.xlsx',
      status: 'processing',
      llm_provider: 'none',
    }));
    const response = await post(`${url}${BASE}/sessions/batch`, { sessions });
    if (response.status !== 200) throw new Error(`sessions were refused: ${response.status}`);
  }

  /** Goes on until `stopped`; a connection that breaks or a refusal (503) is no answer. */
  async write(url: string, stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const batch = this.#batch();
      try {
        const response = await post(`${url}${BASE}/tasks/batch`, {
          tasks: batch.map(({ task }) => task),
        });
        if (response.status === 200) {
          for (const { key, revision } of batch) this.oracle.answered(key, revision);
        } else if (response.status !== 503) {
          throw new Error(`unexpected answer ${response.status}: ${await response.text()}`);
        }
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        return;
      }
    }
  }

  #batch() {
    const size = 1 + Math.floor(this.random() * 40);
    const keys = new Set(
      Array.from({ length: size }, () => `${this.name}-${Math.floor(this.random() * 2_000)}`),
    );
    return [...keys].map((key) => {
      const revision = this.oracle.next(key);
      return { key, revision, task: this.#task(key, revision) };
    });
  }

  #task(key: string, revision: number) {
    return {
      task_id: key,
      session_id: this.#session(Number(key.split('-').at(-1)) % SESSIONS),
      batch_id: 'b-1',
      sheet_name: 'torture',
      row_index: revision,
      column_name: 'fr',
      source_text: 'the word that was paid for',
      target_text: `revision ${revision} of ${key} 🗡️`,
      status: STATUSES[revision % STATUSES.length],
      retry_count: revision,
    };
  }

  #session(index: number): string {
    return `${this.name}-s${index}`;
  }
}

/** Reads every record back, through lists and after a flush, and compares with the oracle. */
export async function verify(url: string, oracle: Oracle): Promise<readonly Discrepancy[]> {
  const found = new Map<string, number>();
  const wrong: Discrepancy[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ page_size: '100', fresh: 'true' });
    if (cursor !== null) query.set('cursor', cursor);
    const response = await fetch(`${url}${BASE}/tasks?${query}`);
    if (response.status !== 200)
      throw new Error(`reading back: ${response.status} ${await response.text()}`);
    const page = (await response.json()) as {
      items: { task_id: string; row_index: number; retry_count: number; target_text: string }[];
      next_cursor: string | null;
    };
    for (const { task_id, row_index, retry_count, target_text } of page.items) {
      found.set(task_id, row_index);
      const whole =
        retry_count === row_index && target_text === `revision ${row_index} of ${task_id} 🗡️`;
      if (!whole)
        throw new Error(`${task_id} is a mixture of revisions ${row_index} and ${retry_count}`);
    }
    cursor = page.next_cursor;
  } while (cursor !== null);
  for (const key of oracle.keys) {
    const discrepancy = oracle.judge(key, found.get(key) ?? null);
    if (discrepancy !== null) wrong.push(discrepancy);
  }
  return wrong;
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
}
