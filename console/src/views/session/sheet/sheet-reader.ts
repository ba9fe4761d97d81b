import { ref, shallowRef } from 'vue';
import type { QueryOf, Task } from '../../../../../clients/typescript/index.js';
import { Changes } from './changes.js';
import { SheetRows } from './sheet-rows.js';

/** The largest page that the API has. */
const PAGE = 100;

export interface SheetSearch {
  readonly sheet_name: string | undefined;
  readonly status: string | undefined;
  readonly text: string | undefined;
}

/** A page of tasks, as the API lists them. */
export type ListTasks = (
  query: QueryOf<'listTasks'>,
) => Promise<{ readonly items: readonly Task[]; readonly next_cursor: string | null }>;

/** The rows of one search in a sheet: read page by page, and followed as they change. */
export class SheetReader {
  readonly loading = ref(false);
  /** The last row is loaded. */
  readonly complete = ref(false);
  readonly error = shallowRef<Error | null>(null);
  readonly #sheet = new SheetRows();
  readonly rows = this.#sheet.rows;
  readonly columns = this.#sheet.columns;
  readonly #list: ListTasks;
  readonly #query: QueryOf<'listTasks'>;
  readonly #changes: Changes;
  readonly #isFiltered: boolean;
  /** Where the next page begins, and after the last one where that began: rows may follow later. */
  #cursor: string | undefined;
  /** A row after those loaded has changed since the last page was asked for. */
  #behind = false;
  #following = false;

  /** `since`, in ISO 8601: changes before it are in every answer to come. */
  constructor(list: ListTasks, sessionId: string, search: SheetSearch, since: string) {
    this.#list = list;
    this.#query = { session_id: sessionId, ...search, page_size: PAGE };
    const { session_id, sheet_name, page_size } = this.#query;
    // Without the other filters: a cell that is shown may no longer match them.
    const changed = {
      session_id,
      sheet_name,
      page_size,
      sort_by: 'updated_at',
      order: 'asc',
    } as const;
    this.#changes = new Changes((from) => list({ ...changed, ...from }), since);
    this.#isFiltered = search.status !== undefined || search.text !== undefined;
  }

  /** Reads the next page, if there is one. */
  async more(): Promise<void> {
    if (this.loading.value || this.complete.value) return;
    this.error.value = null;
    try {
      await this.#page();
    } catch (problem) {
      this.error.value = problem as Error;
    }
  }

  /**
   * Reads what has changed, and the rows that were added after the last one. A task that a filter no
   * longer matches keeps its place until the next search, and one that matches later, in a row between
   * those shown, gets its place then. Throws if the service does not answer; the next call goes on.
   */
  async follow(): Promise<void> {
    if (this.#following) return;
    this.#following = true;
    try {
      for await (const tasks of this.#changes.next())
        if (this.#sheet.update(tasks, !this.#isFiltered)) this.#behind = true;
      if (this.#behind && this.complete.value && !this.loading.value) await this.#page();
    } finally {
      this.#following = false;
    }
  }

  async #page(): Promise<void> {
    this.loading.value = true;
    this.#behind = false;
    try {
      const page = await this.#list({
        ...this.#query,
        sort_by: 'row_index',
        order: 'asc',
        cursor: this.#cursor,
      });
      this.#sheet.append(page.items);
      this.#cursor = page.next_cursor ?? this.#cursor;
      this.complete.value = page.next_cursor === null;
    } catch (problem) {
      this.#behind = true;
      throw problem;
    } finally {
      this.loading.value = false;
    }
  }
}
