import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { api, take } from '../../api/client';
import { POLL } from '../../api/query-client';
import { readProgress, retryTasks } from '../../api/records';

type Id = Readonly<Ref<string>>;

export function useSession(id: Id) {
  return useQuery({
    queryKey: computed(() => ['session', id.value]),
    queryFn: () =>
      take(api.GET('/api/v1/translation/sessions/{id}', { params: { path: { id: id.value } } })),
    refetchInterval: POLL.fast,
  });
}

export function useProgress(id: Id) {
  return useQuery({
    queryKey: computed(() => ['session', id.value, 'progress']),
    queryFn: () => readProgress(id.value),
    refetchInterval: POLL.fast,
  });
}

/** The whole record of a task; null: none is open. */
export function useTask(id: Readonly<Ref<string | null>>) {
  return useQuery({
    queryKey: computed(() => ['task', id.value]),
    enabled: computed(() => id.value !== null),
    queryFn: () =>
      take(api.GET('/api/v1/translation/tasks/{id}', { params: { path: { id: id.value ?? '' } } })),
    placeholderData: keepPreviousData,
  });
}

/** Sets failed tasks back to pending. */
export function useRetry(id: Id) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => retryTasks(id.value, {}),
    onSettled: () => queries.invalidateQueries(),
  });
}

export function useDelete(id: Id) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      take(api.DELETE('/api/v1/translation/sessions/{id}', { params: { path: { id: id.value } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
}
