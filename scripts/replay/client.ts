import {
  ApiError,
  PersistenceClient,
  type SessionWrite,
  type TaskWrite,
  type World,
} from '../../clients/typescript/index.js';
import type { JsonRecord } from './read-lines.js';

/** The interface that playing and verifying need. Methods reject when the patience is over. */
export interface Service {
  accept(collection: Collection, records: readonly JsonRecord[]): Promise<void>;
  /** Null if the record does not exist. */
  read(collection: Collection, id: string): Promise<JsonRecord | null>;
  /** A page of all sessions, or of the tasks of one; null if there is no such session. */
  page(session: string | null, cursor: string | undefined): Promise<Page | null>;
}

export type Collection = 'sessions' | 'tasks';

export interface Page {
  readonly items: readonly JsonRecord[];
  readonly total: number;
  readonly next_cursor: string | null;
}

export interface ServiceOptions {
  readonly url: string;
  /** Seconds for which one request is retried. */
  readonly patience: number;
  readonly apiKey: string | null;
  /** Replaced in tests. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  readonly world?: Partial<World>;
}

const PAGE_SIZE = 100;
const TIMES = ['start_time', 'end_time'];
const HAS_ZONE = /(Z|[+-]\d{2}(:?\d{2})?)$/i;

/** A running service, used as a patient backend does, with the figures of its answers. */
export class RunningService implements Service {
  /** Latencies of answered requests, milliseconds. */
  readonly writeLatencies: number[] = [];
  readonly readLatencies: number[] = [];
  retries = 0;
  readonly #client: PersistenceClient;

  constructor({ url, patience, apiKey, fetch: send = fetch, world = {} }: ServiceOptions) {
    this.#client = new PersistenceClient({
      baseUrl: url,
      apiKey,
      maxRetries: Number.POSITIVE_INFINITY,
      maxRetryTime: patience * 1000,
      world,
      onRetry: () => {
        this.retries += 1;
      },
      fetch: async (address, init) => {
        const begun = performance.now();
        const response = await send(address, init);
        const body = await response.arrayBuffer();
        const latencies = init.method === 'GET' ? this.readLatencies : this.writeLatencies;
        if (response.ok || response.status === 404) latencies.push(performance.now() - begun);
        return new Response(body, response);
      },
    });
  }

  /** The files may hold times without a zone, which are UTC for the API. */
  async accept(collection: Collection, records: readonly JsonRecord[]): Promise<void> {
    if (collection === 'sessions') {
      await this.#client.acceptSessions(records as unknown as readonly SessionWrite[]);
    } else {
      await this.#client.acceptTasks(records.map(zoned) as unknown as readonly TaskWrite[]);
    }
  }

  read(collection: Collection, id: string): Promise<JsonRecord | null> {
    if (collection === 'sessions') return orNull<JsonRecord>(this.#client.getSession(id));
    return orNull<JsonRecord>(this.#client.getTask(id));
  }

  page(session: string | null, cursor: string | undefined): Promise<Page | null> {
    const query = { page_size: PAGE_SIZE, cursor };
    if (session === null) return this.#client.listSessions(query);
    return orNull(this.#client.listTasksOfSession(session, query));
  }

  flush() {
    return this.#client.flush();
  }
}

function orNull<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  });
}

function zoned(task: JsonRecord): JsonRecord {
  const times = TIMES.flatMap((field) => {
    const value = task[field];
    return typeof value === 'string' && !HAS_ZONE.test(value) ? [[field, `${value}Z`]] : [];
  });
  return times.length === 0 ? task : { ...task, ...Object.fromEntries(times) };
}
