import type { Collection, Page, Service } from '../../../../scripts/replay/client.js';
import type { JsonRecord } from '../../../../scripts/replay/read-lines.js';

interface Sent {
  readonly property: 'sessions' | 'tasks';
  readonly records: readonly JsonRecord[];
}

const KEYS = { sessions: 'session_id', tasks: 'task_id' } as const;
/** Initial values of fields that no write has carried, as far as these tests need them. */
const INITIAL = { sessions: {}, tasks: { end_time: null } } as const;
const PAGE = 2;

/**
 * A service in memory: later writes replace the fields that they carry. Each write is answered some
 * turns after the request, with different delays, so that concurrent requests overtake one another.
 */
export class FakeService implements Service {
  /** Batches in the order in which they took effect. */
  readonly sent: Sent[] = [];
  readonly stored = {
    sessions: new Map<string, JsonRecord>(),
    tasks: new Map<string, JsonRecord>(),
  };
  /** Largest number of concurrent batches. */
  busiest = 0;
  #under = 0;
  #requests = 0;

  async accept(property: Collection, records: readonly JsonRecord[]): Promise<void> {
    this.#requests += 1;
    this.#under += 1;
    this.busiest = Math.max(this.busiest, this.#under);
    const turns = (this.#requests * 7) % 11;
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    this.sent.push({ property, records });
    for (const record of records) {
      const id = String(record[KEYS[property]]);
      const times = { created_at: 'then', updated_at: 'now' };
      this.stored[property].set(id, {
        ...INITIAL[property],
        ...this.stored[property].get(id),
        ...record,
        ...times,
      });
    }
    this.#under -= 1;
  }

  async read(collection: Collection, id: string): Promise<JsonRecord | null> {
    return this.stored[collection].get(id) ?? null;
  }

  async page(session: string | null, cursor: string | undefined): Promise<Page | null> {
    if (session === null) return pageOf([...this.stored.sessions.values()], cursor);
    if (!this.stored.sessions.has(session)) return null;
    const tasks = [...this.stored.tasks.values()].filter((task) => task.session_id === session);
    return pageOf(tasks, cursor);
  }

  /** The states of one record, in the order in which they took effect. */
  statesOf(property: 'sessions' | 'tasks', id: string): readonly JsonRecord[] {
    return this.sent
      .filter((batch) => batch.property === property)
      .flatMap(({ records }) => records)
      .filter((record) => record[KEYS[property]] === id);
  }
}

function pageOf(records: readonly JsonRecord[], cursor: string | undefined): Page {
  const from = Number(cursor ?? 0);
  return {
    items: records.slice(from, from + PAGE),
    total: records.length,
    next_cursor: from + PAGE < records.length ? String(from + PAGE) : null,
  };
}
