import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { service } from '../../api/client';
import { POLL } from '../../api/query-client';
import { FINISHED } from '../../lib/status';
import { type ActiveSession, isStopped, latest } from './active-session';
import { lastWritten, readStopped } from './stopped-sessions';

/** Sessions at work that are shown with their progress. */
const SHOWN = 12;
/** Seconds over which the rate of a session is counted. */
const RATE_OVER = 300;
/** The shortest such time: a session that has just begun has no rate yet. */
const LEAST_RATE_OVER = 5;

export function useStatistics() {
  return useQuery({
    queryKey: ['statistics'],
    queryFn: () => service.getStatistics(),
    refetchInterval: POLL.fast,
    placeholderData: keepPreviousData,
  });
}

/** The largest groups of failures. */
export function useLargestFailures() {
  return useQuery({
    queryKey: ['failures', 'largest'],
    queryFn: () => service.listFailures({ limit: 5 }),
    refetchInterval: POLL.slow,
  });
}

/** Unfinished sessions with their progress, the one that was written last first. */
export function useActiveSessions() {
  return useUnfinished('active', readActive);
}

/** Unfinished sessions that do not move. They may be none of the active ones, the latest. */
export function useStoppedSessions() {
  return useUnfinished('stopped', readStopped);
}

/**
 * What is read of the unfinished sessions. Statuses are an open set, so the statistics tell which
 * unfinished ones there are.
 */
function useUnfinished<Read>(what: string, read: (statuses: readonly string[]) => Promise<Read>) {
  const statistics = useStatistics();
  const statuses = computed(() => {
    const counts = statistics.data.value?.sessions.by_status ?? {};
    return Object.keys(counts)
      .filter((status) => !FINISHED.includes(status))
      .sort();
  });
  return useQuery({
    queryKey: ['sessions', what, statuses],
    enabled: computed(() => statistics.data.value !== undefined),
    queryFn: () => read(statuses.value),
    refetchInterval: POLL.slow,
    placeholderData: keepPreviousData,
  });
}

async function readActive(statuses: readonly string[]) {
  if (statuses.length === 0) return { total: 0, sessions: [] };
  const { total, items } = await service.listSessions({
    status: statuses.join(','),
    sort_by: 'updated_at',
    page_size: SHOWN,
    include: 'progress',
  });
  const sessions = await Promise.all(items.map(withMovement));
  return { total, sessions };
}

/** Adds the time of the last movement and the number of tasks that finished lately. */
async function withMovement(session: Omit<ActiveSession, 'movedAt' | 'perMinute'>) {
  const { session_id, created_at, updated_at } = session;
  const now = Date.now();
  const from = Math.max(now - RATE_OVER * 1000, Date.parse(created_at));
  const finished = await service.listTasks({
    session_id,
    status: FINISHED.join(','),
    updated_from: new Date(from).toISOString(),
    sort_by: 'updated_at',
    page_size: 1,
  });
  const written = [updated_at, ...finished.items.map((task) => task.updated_at)];
  // Its other tasks may have moved; they are asked only where nothing else has.
  if (isStopped({ movedAt: latest(written) }, now)) {
    written.push(await lastWritten(session));
  }
  const minutes = Math.max(LEAST_RATE_OVER, (now - from) / 1000) / 60;
  return { ...session, movedAt: latest(written), perMinute: finished.total / minutes };
}
