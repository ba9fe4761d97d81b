import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { service } from './client';
import { apiKey } from './key';
import { POLL } from './query-client';

export type Scope = 'read' | 'write' | 'admin';

export function useHealth() {
  return useQuery({
    queryKey: ['health', apiKey],
    queryFn: () => service.getHealth(),
    refetchInterval: POLL.health,
  });
}

/**
 * What the key of this tab may do: nothing while that is unknown. `keyNeeded` if there are keys and
 * the service does not know the one of this tab.
 */
export function useRights() {
  const { data } = useHealth();
  const known = computed(() => data.value !== undefined);
  const scopes = computed<readonly Scope[]>(() =>
    data.value?.access === 'open' ? ['admin'] : (data.value?.scopes ?? []),
  );
  const may = (scope: Scope) =>
    computed(() => scopes.value.includes(scope) || scopes.value.includes('admin'));
  return {
    known,
    scopes,
    mayRead: may('read'),
    mayWrite: may('write'),
    mayAdmin: may('admin'),
    keyNeeded: computed(() => known.value && scopes.value.length === 0),
    open: computed(() => data.value?.access === 'open'),
  };
}
