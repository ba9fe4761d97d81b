/** ISO 8601 dates as clients send them. All results are epoch milliseconds, UTC. */

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:([Zz])|([+-])(\d{2})(?::?(\d{2}))?)?$/;

const DAY = 86_400_000;
/** The range that every store can keep: MySQL's DATETIME begins at the year 1000. */
const EARLIEST = Date.UTC(1000, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export interface DateRange {
  readonly from: number;
  /** The last millisecond of the day if no time was given, otherwise the same as `from`. */
  readonly until: number;
}

/**
 * Parses a date-time, with or without zone (none = UTC); null if it is invalid, or not a day of the
 * calendar.
 */
export function parseDateTime(text: string): number | null {
  return parseCanonical(text) ?? parseAny(text);
}

const CANONICAL = '2026-11-24T12:00:00.000Z';
/** The positions without digits. */
const MARKS = [4, 7, 10, 13, 16, 19, 23] as const;

/**
 * Parses the form that JavaScript and this service write; null for any other form. A batch has
 * thousands of them; with a regular expression, or Date.parse, this was an eighth of all work on a
 * task.
 */
function parseCanonical(text: string): number | null {
  if (text.length !== CANONICAL.length) return null;
  for (const at of MARKS) if (text.charCodeAt(at) !== CANONICAL.charCodeAt(at)) return null;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  const milliseconds = twoDigits(text, 20) * 10 + (twoDigits(text, 21) % 10);
  const time = ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
  // A character that is not a digit has made it NaN.
  if (Number.isNaN(time) || hour > 23 || minute > 59 || second > 59) return null;
  const midnight = dayOf(year, twoDigits(text, 5), twoDigits(text, 8));
  return midnight === null ? null : inRange(midnight + time);
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

const ZERO = 0x30;

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
  const midnight = dayOf(Number(year), Number(month), Number(day));
  const clock = [Number(hour), Number(minute), Number(second)] as const;
  const zone = [Number(zoneHour ?? 0), Number(zoneMinute ?? 0)] as const;
  if (midnight === null || clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return null;
  if (zone[0] > 23 || zone[1] > 59) return null;
  // Truncated, not rounded: rounding could reach the next second, or the next year.
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const time = ((clock[0] * 60 + clock[1]) * 60 + clock[2]) * 1000 + milliseconds;
  const offset = (zone[0] * 60 + zone[1]) * 60_000 * (sign === '-' ? -1 : 1);
  return inRange(midnight + time - offset);
}

/** Parses a date or a date-time as a time range; null if it is neither. */
export function parseDateOrTime(text: string): DateRange | null {
  const match = DATE.exec(text);
  if (match === null) {
    const instant = parseDateTime(text);
    return instant === null ? null : { from: instant, until: instant };
  }
  const midnight = dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  if (midnight === null || inRange(midnight) === null) return null;
  return { from: midnight, until: midnight + DAY - 1 };
}

/**
 * The most recently used days, by number: the times of a batch are mostly of one day, and a Date
 * costs as much as the rest of the parsing.
 */
const days = new Map<number, number | null>();
const DAYS = 1000;

function dayOf(year: number, month: number, day: number): number | null {
  const number = (year * 100 + month) * 100 + day;
  const known = days.get(number);
  if (known !== undefined) return known;
  if (days.size >= DAYS) days.clear();
  const found = findDay(year, month, day);
  days.set(number, found);
  return found;
}

function findDay(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // A day that the calendar lacks (30 February) would have rolled over into the next month.
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : null;
}

function inRange(instant: number): number | null {
  return isInstant(instant) ? instant : null;
}

/** Whether a number is epoch milliseconds that every store can keep. */
export function isInstant(instant: number): boolean {
  return instant >= EARLIEST && instant <= LATEST;
}
