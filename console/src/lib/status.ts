import { useI18n } from 'vue-i18n';

/** With these the work on a record is finished; every other status is unfinished. */
export const FINISHED = ['completed', 'failed', 'cancelled', 'skipped'];
/** The statuses with words of their own, in the order of a bar. Others are shown as they are. */
export const KNOWN = ['completed', 'skipped', 'cancelled', 'failed', 'processing', 'pending'];

export type Counts = Readonly<Record<string, number>>;

/** The class of a status: its colour. Statuses are an open set. */
export function toneOf(status: string): string {
  return `tone-${KNOWN.includes(status) ? status : 'other'}`;
}

export function useStatusName() {
  const { t } = useI18n();
  return (status: string) => (KNOWN.includes(status) ? t(`status.${status}`) : status);
}

/** Statuses with counts above zero, in the order of a bar. */
export function ordered(counts: Counts): readonly (readonly [status: string, count: number])[] {
  const place = (status: string) => (KNOWN.includes(status) ? KNOWN.indexOf(status) : KNOWN.length);
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([one], [other]) => place(one) - place(other) || (one < other ? -1 : 1));
}

export function finishedOf(counts: Counts): number {
  return FINISHED.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
}
