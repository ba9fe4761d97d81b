import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { service } from '../../api/client';
import { POLL } from '../../api/query-client';
import type { Schemas } from '../../api/records';

export type Quarantined = Schemas['QuarantinedRecord'];

export function useQuarantine(page: Readonly<Ref<number>>, pageSize: Readonly<Ref<number>>) {
  return useQuery({
    queryKey: computed(() => ['quarantine', page.value, pageSize.value]),
    queryFn: () => service.listQuarantine({ page: page.value, page_size: pageSize.value }),
    refetchInterval: POLL.slow,
    placeholderData: keepPreviousData,
  });
}

/** Tries records again: those with these ids, or all. */
export function useRequeue() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ids: readonly string[] | null) =>
      service.requeueQuarantine(ids === null ? {} : { ids: [...ids] }),
    onSettled: () => queries.invalidateQueries(),
  });
}

export function useDrop() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => service.dropQuarantined(id),
    onSettled: () => queries.invalidateQueries(),
  });
}
