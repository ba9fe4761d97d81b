import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { api, take } from '../../api/client';
import { POLL } from '../../api/query-client';
import type { components } from '../../api/schema';

export type Quarantined = components['schemas']['QuarantinedRecord'];

export function useQuarantine(page: Readonly<Ref<number>>, pageSize: Readonly<Ref<number>>) {
  return useQuery({
    queryKey: computed(() => ['quarantine', page.value, pageSize.value]),
    queryFn: () =>
      take(
        api.GET('/api/v1/translation/quarantine', {
          params: { query: { page: page.value, page_size: pageSize.value } },
        }),
      ),
    refetchInterval: POLL.slow,
    placeholderData: keepPreviousData,
  });
}

/** Tries records again: those with these ids, or all. */
export function useRequeue() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ids: readonly string[] | null) =>
      take(
        api.POST('/api/v1/translation/quarantine/requeue', {
          body: ids === null ? {} : { ids: [...ids] },
        }),
      ),
    onSettled: () => queries.invalidateQueries(),
  });
}

export function useDrop() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      take(api.DELETE('/api/v1/translation/quarantine/{id}', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries(),
  });
}
