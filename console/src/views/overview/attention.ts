import { computed, type Ref } from 'vue';
import { useHealth } from '../../api/health';
import { useNow } from '../../lib/now';
import { useLargestFailures, useStatistics, useStoppedSessions } from './queries';

/** Milliseconds since its newest task within which a group of failures counts as growing. */
const GROWS_WITHIN = 15 * 60_000;

/**
 * What a person should look at, the most urgent first. `known` if nothing else can be there: every
 * part was read, and the last request for each has succeeded.
 */
export function useAttention() {
  const now = useNow();
  const health = useHealth();
  const statistics = useStatistics();
  const stoppedSessions = useStoppedSessions();
  const failures = useLargestFailures();
  const storeAway = computed(() => health.data.value?.database === 'unhealthy');
  // The quarantine has its own line, which leads there.
  const problems = computed(() =>
    (health.data.value?.problems ?? []).filter((text) => !text.startsWith('quarantine:')),
  );
  const inQuarantine = computed(() => health.data.value?.buffer.in_quarantine ?? 0);
  const stopped = computed(() => stoppedSessions.data.value?.sessions ?? []);
  const growing = computed(() =>
    (failures.data.value?.groups ?? []).filter(
      ({ last_seen }) => now.value - Date.parse(last_seen) < GROWS_WITHIN,
    ),
  );
  const known = computed(
    () =>
      [health, statistics, stoppedSessions, failures].every(isRead) &&
      stoppedSessions.data.value?.complete === true,
  );
  const nothing = computed(
    () =>
      !storeAway.value &&
      problems.value.length + inQuarantine.value === 0 &&
      stopped.value.length + growing.value.length === 0,
  );
  return { storeAway, problems, inQuarantine, stopped, growing, known, nothing };
}

interface Answer {
  readonly isSuccess: Readonly<Ref<boolean>>;
  /** Whether what is shown answers an earlier question. */
  readonly isPlaceholderData: Readonly<Ref<boolean>>;
}

function isRead({ isSuccess, isPlaceholderData }: Answer): boolean {
  return isSuccess.value && !isPlaceholderData.value;
}
