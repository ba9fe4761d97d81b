import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue';
import { service } from '../../../api/client';
import { POLL } from '../../../api/query-client';
import { SheetRows } from './sheet-rows';

/** The largest page that the API has. */
const PAGE = 100;
/** Pages of changes that one poll reads; the next poll goes on from there. */
const CHANGES = 5;
/** Milliseconds by which the clocks of the reader and the service may differ. */
const CLOCKS = 120_000;

export interface SheetSearch {
  readonly sheet_name: string | undefined;
  readonly status: string | undefined;
  readonly text: string | undefined;
}

/**
 * The tasks of a sheet as rows. The next page is read when the person scrolls to the end, and tasks
 * that change are read again where they are shown, so that the table does not jump.
 */
export function useSheet(sessionId: string, search: Readonly<Ref<SheetSearch>>) {
  const sheet = shallowRef(new SheetRows());
  const loading = ref(false);
  const complete = ref(false);
  const error = shallowRef<Error | null>(null);
  let cursor: string | undefined;
  let changedUntil = '';
  /** Answers to an earlier search are dropped. */
  let round = 0;

  const query = () => ({ session_id: sessionId, ...search.value, page_size: PAGE });

  async function more(): Promise<void> {
    if (loading.value || complete.value) return;
    const mine = round;
    loading.value = true;
    error.value = null;
    try {
      const page = await service.listTasks({
        ...query(),
        sort_by: 'row_index',
        order: 'asc',
        cursor,
      });
      if (mine !== round) return;
      sheet.value.append(page.items);
      cursor = page.next_cursor ?? undefined;
      complete.value = page.next_cursor === null;
    } catch (problem) {
      if (mine === round) error.value = problem as Error;
    } finally {
      if (mine === round) loading.value = false;
    }
  }

  function restart(): void {
    round += 1;
    sheet.value = new SheetRows();
    cursor = undefined;
    changedUntil = new Date(Date.now() - CLOCKS).toISOString();
    loading.value = false;
    complete.value = false;
    void more();
  }

  /** A task that a filter no longer matches keeps its place until the next search. */
  async function follow(): Promise<void> {
    const mine = round;
    const { session_id, sheet_name } = query();
    // A cursor belongs to its filters.
    const updated_from = changedUntil;
    let at: string | undefined;
    for (let page = 0; page < CHANGES; page += 1) {
      const changes = await service.listTasks({
        session_id,
        sheet_name,
        updated_from,
        sort_by: 'updated_at',
        order: 'asc',
        page_size: PAGE,
        cursor: at,
      });
      if (mine !== round) return;
      sheet.value.update(changes.items);
      at = changes.next_cursor ?? undefined;
      changedUntil = changes.items.at(-1)?.updated_at ?? changedUntil;
      if (at === undefined) return;
    }
  }

  const timer = window.setInterval(() => {
    // A failure shows in the other figures of the view, and the next poll tries again.
    if (!document.hidden && sheet.value.rows.value.length > 0) follow().catch(() => undefined);
  }, POLL.fast);
  onScopeDispose(() => {
    round += 1;
    window.clearInterval(timer);
  });
  watch(() => JSON.stringify(search.value), restart, { immediate: true });

  return {
    rows: computed(() => sheet.value.rows.value),
    columns: computed(() => sheet.value.columns.value),
    loading,
    complete,
    error,
    more,
  };
}
