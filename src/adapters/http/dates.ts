/** ISO 8601 dates as clients send them. All results are epoch milliseconds, UTC. */

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:([Zz])|([+-])(\d{2})(?::?(\d{2}))?)?$/;

const DAY = 86_400_000;
/** What every store can keep: MySQL's DATETIME begins at the year 1000. */
const EARLIEST = Date.UTC(1000, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export interface DateRange {
  readonly from: number;
  /** The last millisecond of a day when no time was given, else the same as `from`. */
  readonly until: number;
}

/** A date-time, with or without zone (none = UTC); null when it is none, or no day of the calendar. */
export function parseDateTime(text: string): number | null {
  return parseCanonical(text) ?? parseAny(text);
}

const CANONICAL_LENGTH = '2026-11-24T12:00:00.000Z'.length;

/**
 * The form that JavaScript and this service write; null for any other. A batch has thousands of
 * them, and the matches of an expression were an eighth of all that a task leaves to be collected.
 */
function parseCanonical(text: string): number | null {
  if (text.length !== CANONICAL_LENGTH) return null;
  const instant = Date.parse(text);
  if (Number.isNaN(instant) || new Date(instant).toISOString() !== text) return null;
  return inRange(instant);
}

function parseAny(text: string): number | null {
  const match = DATE_TIME.exec(text);
  if (match === null) return null;
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second = '0',
    fraction = '',
    ,
    sign,
    zoneHour,
    zoneMinute,
  ] = match;
  const midnight = dayOf(year, month, day);
  const clock = [Number(hour), Number(minute), Number(second)] as const;
  const zone = [Number(zoneHour ?? 0), Number(zoneMinute ?? 0)] as const;
  if (midnight === null || clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return null;
  if (zone[0] > 23 || zone[1] > 59) return null;
  // Cut, not rounded: rounding could reach into the next second, or the next year.
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const time = ((clock[0] * 60 + clock[1]) * 60 + clock[2]) * 1000 + milliseconds;
  const offset = (zone[0] * 60 + zone[1]) * 60_000 * (sign === '-' ? -1 : 1);
  return inRange(midnight + time - offset);
}

/** A date or a date-time as the span that it names; null when it is neither. */
export function parseDateOrTime(text: string): DateRange | null {
  const match = DATE.exec(text);
  if (match === null) {
    const instant = parseDateTime(text);
    return instant === null ? null : { from: instant, until: instant };
  }
  const midnight = dayOf(match[1], match[2], match[3]);
  if (midnight === null || inRange(midnight) === null) return null;
  return { from: midnight, until: midnight + DAY - 1 };
}

/** The days met last: the times of a batch are mostly of one day, and a Date costs as much as all the rest. */
const days = new Map<string, number | null>();
const DAYS = 1000;

function dayOf(year = '', month = '', day = ''): number | null {
  const text = year + month + day;
  const known = days.get(text);
  if (known !== undefined) return known;
  if (days.size >= DAYS) days.clear();
  const found = findDay(year, month, day);
  days.set(text, found);
  return found;
}

function findDay(year: string, month: string, day: string): number | null {
  const parts = [Number(year), Number(month) - 1, Number(day)] as const;
  const date = new Date(0);
  date.setUTCFullYear(...parts);
  // A day that the calendar lacks (30 February) would have rolled over into the next month.
  return date.getUTCMonth() === parts[1] && date.getUTCDate() === parts[2] ? date.getTime() : null;
}

function inRange(instant: number): number | null {
  return instant >= EARLIEST && instant <= LATEST ? instant : null;
}
