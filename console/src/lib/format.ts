import { computed } from 'vue';
import { useI18n } from 'vue-i18n';

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;
const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Numbers, times and sizes in the language of the page and the time zone of the reader. */
export function useFormat() {
  const { locale } = useI18n();
  const numbers = computed(() => new Intl.NumberFormat(locale.value));
  const times = computed(
    () => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'medium' }),
  );
  const clocks = computed(() => new Intl.DateTimeFormat(locale.value, { timeStyle: 'medium' }));
  const amount = (value: number, unit: string, digits = 0) =>
    new Intl.NumberFormat(locale.value, {
      style: 'unit',
      unit,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  return {
    number: (value: number) => numbers.value.format(value),
    time: (time: string | number) => times.value.format(new Date(time)),
    clock: (time: number) => clocks.value.format(time),
    percent: (share: number) =>
      new Intl.NumberFormat(locale.value, { style: 'percent', maximumFractionDigits: 1 }).format(
        share,
      ),
    /** The two largest units of a duration. */
    duration(seconds: number): string {
      const at = UNITS.findIndex(([, length]) => seconds >= length);
      if (at === -1) return amount(seconds, 'second', 1);
      const parts = [];
      let rest = Math.round(seconds);
      for (const [unit, length] of UNITS.slice(at, at + 2)) {
        const count = Math.floor(rest / length);
        rest -= count * length;
        if (count > 0) parts.push(amount(count, unit));
      }
      return parts.join(' ');
    },
    milliseconds: (value: number) =>
      value < 1000 ? amount(value, 'millisecond') : amount(value / 1000, 'second', 1),
    bytes(value: number): string {
      const at = Math.min(SIZES.length - 1, value < 1 ? 0 : Math.floor(Math.log10(value) / 3));
      return amount(value / 1000 ** at, SIZES[at] ?? 'byte', 1);
    },
  };
}
