import { computed } from 'vue';
import { useHealth } from '../../api/health';
import { useNow } from '../../lib/now';
import { isStopped } from './active-session';
import { useActiveSessions, useLargestFailures } from './queries';

/** Milliseconds since its newest task within which a group of failures counts as growing. */
const GROWS_WITHIN = 15 * 60_000;
/** Shown of each kind. */
const SHOWN = 5;

/** What a person should look at, the most urgent first. Undefined parts are not known yet. */
export function useAttention() {
  const now = useNow();
  const health = useHealth();
  const active = useActiveSessions();
  const failures = useLargestFailures();
  const storeAway = computed(() => health.data.value?.database === 'unhealthy');
  // The quarantine has its own line, which leads there.
  const problems = computed(() =>
    (health.data.value?.problems ?? []).filter((text) => !text.startsWith('quarantine:')),
  );
  const inQuarantine = computed(() => health.data.value?.buffer.in_quarantine ?? 0);
  const stopped = computed(() =>
    (active.data.value?.sessions ?? [])
      .filter((session) => isStopped(session, now.value))
      .slice(0, SHOWN),
  );
  const growing = computed(() =>
    (failures.data.value?.groups ?? []).filter(
      ({ last_seen }) => now.value - Date.parse(last_seen) < GROWS_WITHIN,
    ),
  );
  const known = computed(() => health.data.value !== undefined);
  const nothing = computed(
    () =>
      !storeAway.value &&
      problems.value.length + inQuarantine.value === 0 &&
      stopped.value.length + growing.value.length === 0,
  );
  return { storeAway, problems, inQuarantine, stopped, growing, known, nothing };
}
