/** Answers of the service, as short as the client takes them. */
export const FLUSHED = { status: 'flushed', sessions_written: 0, tasks_written: 0 } as const;

export function pageOf(items: readonly unknown[] = [], next_cursor: string | null = null) {
  return { total: items.length, total_pages: 1, items, next_cursor };
}
