import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { listSessions, readFailures, retryTasks } from '../../api/coming';
import { POLL } from '../../api/query-client';

/** The largest page that the API has. */
const PAGE = 100;

export function useFailures(sessionId: Readonly<Ref<string | undefined>>) {
  return useQuery({
    queryKey: computed(() => ['failures', 'all', sessionId.value ?? null]),
    queryFn: () => readFailures({ session_id: sessionId.value, limit: PAGE }),
    refetchInterval: POLL.slow,
    placeholderData: keepPreviousData,
  });
}

export interface GroupRetry {
  readonly message: string;
  /** Undefined for every session. */
  readonly sessionId: string | undefined;
}

/** Sets the failed tasks of a group back to pending, and returns their number. */
export function useRetryGroup() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ message, sessionId }: GroupRetry) => {
      let retried = 0;
      for await (const id of sessionId === undefined ? sessionsWithFailures() : [sessionId]) {
        const { retried_tasks } = await retryTasks(id, { message });
        retried += retried_tasks;
      }
      return retried;
    },
    onSettled: () => queries.invalidateQueries(),
  });
}

/** The API retries one session at a time, so every session with a failed task is asked. */
async function* sessionsWithFailures(): AsyncGenerator<string> {
  let cursor: string | undefined;
  do {
    const { items, next_cursor } = await listSessions({
      page_size: PAGE,
      include: 'progress',
      cursor,
    });
    for (const { session_id, progress } of items) {
      if ((progress?.by_status.failed ?? 0) > 0) yield session_id;
    }
    cursor = next_cursor ?? undefined;
  } while (cursor !== undefined);
}
