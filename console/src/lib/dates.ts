// The API compares times, and takes a date alone as a day in UTC. The reader means a day of their own
// zone, so the fields of a date hold its first or last moment.
const ENDS = ['to_date', 'updated_to'];

/** The time that a chosen day stands for in a field of the API; empty without a day. */
export function timeOfDay(field: string, day: string): string {
  if (day === '') return '';
  return new Date(`${day}T${ENDS.includes(field) ? '23:59:59.999' : '00:00:00.000'}`).toISOString();
}

/** The day of a time, as an input of the type date shows it; empty if it is none. */
export function dayOf(time: string | undefined): string {
  if (time === undefined || /^\d{4}-\d{2}-\d{2}$/.test(time)) return time ?? '';
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return '';
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
