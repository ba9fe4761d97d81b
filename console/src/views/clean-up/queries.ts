import { useMutation, useQueryClient } from '@tanstack/vue-query';
import { service } from '../../api/client';

/** The largest age that the API accepts. */
export const MAX_DAYS = 36_500;

interface Days {
  readonly completed: number;
  readonly failed: number;
}

/** Deletes old sessions; with `dryRun` only counts them. */
export function useCleanUp(dryRun: boolean) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ completed, failed }: Days) =>
      service.cleanUpSessions({
        completed_days: completed,
        failed_days: failed,
        dry_run: dryRun,
      }),
    onSettled: () => (dryRun ? undefined : queries.invalidateQueries()),
  });
}
