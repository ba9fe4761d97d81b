import { computed, onScopeDispose, type Ref, shallowRef, watch } from 'vue';
import { service } from '../../../api/client';
import { POLL } from '../../../api/query-client';
import { SheetReader, type SheetSearch } from './sheet-reader';

/** Milliseconds by which the clocks of the reader and the service may differ. */
const CLOCKS = 120_000;

/**
 * The tasks of a sheet as rows. The next page is read when the person scrolls to the end, and tasks
 * that change are read again where they are shown, so that the table does not jump.
 */
export function useSheet(sessionId: string, search: Readonly<Ref<SheetSearch>>) {
  const start = () => {
    const since = new Date(Date.now() - CLOCKS).toISOString();
    return new SheetReader((query) => service.listTasks(query), sessionId, search.value, since);
  };
  /** Another search has another reader, so answers to an earlier one are dropped. */
  const reader = shallowRef(start());
  const timer = window.setInterval(() => {
    // A failure shows in the other figures of the view, and the next poll tries again.
    if (!document.hidden) reader.value.follow().catch(() => undefined);
  }, POLL.fast);
  onScopeDispose(() => window.clearInterval(timer));
  watch(
    () => JSON.stringify(search.value),
    () => {
      reader.value = start();
      void reader.value.more();
    },
  );
  void reader.value.more();

  return {
    rows: computed(() => reader.value.rows.value),
    columns: computed(() => reader.value.columns.value),
    loading: computed(() => reader.value.loading.value),
    complete: computed(() => reader.value.complete.value),
    error: computed(() => reader.value.error.value),
    more: () => reader.value.more(),
  };
}
