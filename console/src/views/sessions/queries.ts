import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import type { Ref } from 'vue';
import { service } from '../../api/client';
import { POLL } from '../../api/query-client';
import type { SessionQuery } from '../../api/records';
import type { Fields } from '../../lib/url-state';

export const FILTERS = [
  'filename',
  'status',
  'llm_provider',
  'from_date',
  'to_date',
  'updated_from',
  'updated_to',
] as const;
const OTHERS = ['sort_by', 'order', 'page', 'page_size', 'cursor'];

/** A page of sessions for the fields of the URL; fields that are no parameter are left out. */
export function useSessionPage(fields: Readonly<Ref<Fields>>) {
  return useQuery({
    queryKey: ['sessions', 'page', fields],
    queryFn: () => {
      const known = Object.entries(fields.value).filter(([name]) =>
        [...FILTERS, ...OTHERS].includes(name),
      );
      // What somebody typed into the URL is checked by the service.
      const query = Object.fromEntries(known) as SessionQuery;
      return service.listSessions({ ...query, include: 'progress' });
    },
    refetchInterval: POLL.slow,
    // The former page stays until the next one is here, so that the view does not jump.
    placeholderData: keepPreviousData,
  });
}
