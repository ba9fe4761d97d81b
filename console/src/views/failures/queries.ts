import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { service, storeNow } from '../../api/client';
import { POLL } from '../../api/query-client';
import type { FailureGroup } from '../../api/records';
import { retryEach } from './retry-each';

/** Groups that are shown, the largest. */
const SHOWN = 100;

export function useFailures(sessionId: Readonly<Ref<string | undefined>>) {
  return useQuery({
    queryKey: computed(() => ['failures', 'all', sessionId.value ?? null]),
    queryFn: () => service.listFailures({ session_id: sessionId.value, limit: SHOWN }),
    refetchInterval: POLL.slow,
    placeholderData: keepPreviousData,
  });
}

/** Sets the failed tasks of a group back to pending, and returns their number. */
export function useRetryGroup() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (group: FailureGroup) =>
      retryEach(group, {
        retrySession: (id, filter) => service.retrySession(id, filter),
        storeNow,
      }),
    onSettled: () => queries.invalidateQueries(),
  });
}
