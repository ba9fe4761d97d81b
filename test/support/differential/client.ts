import { anHttpApp, BASE } from '../http/http-app.js';
import type { Call, Deed, Step } from './history.js';
import type { Store } from './stores.js';

/** The answer to a client, without the parts in which stores may differ. */
export interface Told {
  readonly call: Call | null;
  readonly status: number;
  readonly body: string;
}

/** Small enough that a history also fills the buffer, and that only its requests cause flushes. */
const SETTINGS = { maxBufferSize: 12, flushInterval: 30_000 };
const LISTS = /^(sessions|tasks)\?|^sessions\/[^/]+\/tasks\?/;
/** The same in every service, so that answers with request ids can be compared unchanged. */
const REQUEST_ID = 'differential';

/** A client of a whole service over a store without any records. */
export function aClient({ backends }: Store) {
  const service = anHttpApp({ backends, settings: SETTINGS });
  let nextPage: Call | null = null;

  /** Waits for a flush that was started by time or by a full buffer. */
  const flushesEnd = () => service.buffer.withoutFlush(async () => undefined);
  /** Time stands still while a store works: the clocks stay synchronized. */
  const pass = async (pause: number): Promise<void> => {
    let left = pause;
    for (;;) {
      const [next = left] = service.clock.armed;
      const passed = Math.min(next, left);
      await service.clock.advance(passed);
      await flushesEnd();
      left -= passed;
      if (left === 0) return;
    }
  };
  const send = async ({ method, path, body }: Call): Promise<Told & { call: Call }> => {
    const answer = await service.request(method, path.startsWith('/') ? path : `${BASE}/${path}`, {
      headers: { 'x-request-id': REQUEST_ID, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { call: { method, path, body }, status: answer.status, body: await answer.text() };
  };
  const quarantined = async (): Promise<readonly string[]> => {
    const { body } = await send({ method: 'GET', path: 'quarantine?page_size=100' });
    const { items } = JSON.parse(body) as QuarantinePage;
    return [...items].sort(byRecord).map(({ id }) => id);
  };
  const callOf = async (deed: Deed): Promise<Call | null> => {
    switch (deed.kind) {
      case 'call':
        return deed.call;
      case 'next-page':
        return nextPage;
      case 'requeue': {
        const path = 'quarantine/requeue';
        if (deed.places === null) return { method: 'POST', path };
        const ids = await quarantined();
        return { method: 'POST', path, body: { ids: deed.places.map((at) => ids[at] ?? 'none') } };
      }
      case 'drop': {
        const id = (await quarantined())[deed.place] ?? 'none';
        return { method: 'DELETE', path: `quarantine/${id}` };
      }
    }
  };

  return {
    async do({ pause, deed }: Step): Promise<Told> {
      await pass(pause);
      const call = await callOf(deed);
      if (call === null) return { call, status: 0, body: '' };
      const told = await send(call);
      await flushesEnd();
      if (LISTS.test(call.path)) nextPage = pageAfter(call, told.body);
      return { ...told, body: comparable(call.path, told.body) };
    },
    /** No timer may outlive the history. */
    stop: () => service.buffer.stop(),
  };
}

function pageAfter({ method, path }: Call, body: string): Call | null {
  const { next_cursor } = JSON.parse(body) as { next_cursor?: string | null };
  if (next_cursor === undefined || next_cursor === null) return null;
  const [list = '', text = ''] = path.split('?');
  const query = new URLSearchParams(text);
  query.delete('page');
  query.set('cursor', next_cursor);
  return { method, path: `${list}?${query}` };
}

interface QuarantinePage {
  readonly total: number;
  readonly items: readonly Quarantined[];
}

interface Quarantined {
  readonly id: string;
  readonly quarantined_at: string;
  readonly record: object;
}

/**
 * An order that is the same in every store; ids, which order records of the same moment, are not.
 */
function byRecord(one: Quarantined, other: Quarantined): number {
  const [a, b] = [one, other].map(({ id: _, ...rest }) => JSON.stringify(rest));
  return (a ?? '') < (b ?? '') ? -1 : 1;
}

/** Only these parts may differ: the ids in the quarantine, and the properties of a store. */
function comparable(path: string, body: string): string {
  if (path.startsWith('quarantine?')) {
    const page = JSON.parse(body) as QuarantinePage;
    // Of records of one moment, those with the greater ids are on the page.
    if (page.total !== page.items.length) {
      const times = page.items.map(({ quarantined_at }) => quarantined_at);
      return JSON.stringify({ ...page, items: times });
    }
    const items = [...page.items].sort(byRecord).map((item) => ({ ...item, id: 'id' }));
    return JSON.stringify({ ...page, items });
  }
  if (path.startsWith('stats')) {
    const stats = JSON.parse(body) as { storage: { collections: string[] }[] };
    const collections = stats.storage.flatMap((storage) => storage.collections).sort();
    return JSON.stringify({ ...stats, storage: collections });
  }
  return body;
}
