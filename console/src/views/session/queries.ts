import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { service, storeNow } from '../../api/client';
import { POLL } from '../../api/query-client';

type Id = Readonly<Ref<string>>;

export function useSession(id: Id) {
  return useQuery({
    queryKey: computed(() => ['session', id.value]),
    queryFn: () => service.getSession(id.value),
    refetchInterval: POLL.fast,
  });
}

export function useProgress(id: Id) {
  return useQuery({
    queryKey: computed(() => ['session', id.value, 'progress']),
    queryFn: () => service.getSessionProgress(id.value),
    refetchInterval: POLL.fast,
  });
}

/** The whole record of a task; null: none is open. */
export function useTask(id: Readonly<Ref<string | null>>) {
  return useQuery({
    queryKey: computed(() => ['task', id.value]),
    enabled: computed(() => id.value !== null),
    queryFn: () => service.getTask(id.value ?? ''),
    // The last record stays while its drawer closes, and never stands for another task.
    placeholderData: computed(() => (id.value === null ? keepPreviousData : undefined)),
  });
}

/** Sets failed tasks back to pending. */
export function useRetry(id: Id) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const retried = await service.retrySession(id.value);
      await storeNow();
      return retried;
    },
    onSettled: () => queries.invalidateQueries(),
  });
}

export function useDelete(id: Id) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => service.deleteSession(id.value),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
}
