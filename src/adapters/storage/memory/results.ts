import type { Collection } from '../../../domain/collection.js';
import type { RecordFields, Write } from '../../../domain/write.js';
import type { Summary, Tally } from '../../../ports/storage-backend.js';

/** A window ends before the record that would exceed the limit, but has at least one record. */
export function withinBytes<Item extends { readonly write: Write }>(
  items: readonly Item[],
  maxBytes = Number.POSITIVE_INFINITY,
): readonly Item[] {
  let bytes = 0;
  const end = items.findIndex(({ write }, index) => {
    for (const value of Object.values(write.fields)) {
      if (typeof value === 'string') bytes += Buffer.byteLength(value);
    }
    return index > 0 && bytes > maxBytes;
  });
  return end < 0 ? items : items.slice(0, end);
}

/** Sums whole ten-thousandths: the precision of a ratio, and exact. */
function sumOf(records: readonly RecordFields[], field: string) {
  const values = records.flatMap((record) => record[field] ?? []).map(Number);
  const tenThousandths = values.reduce((sum, value) => sum + Math.round(value * 10_000), 0);
  return { sum: tenThousandths / 10_000, count: values.length };
}

export function talliesOf(records: readonly RecordFields[], by: readonly string[]): Tally[] {
  const counts = new Map<string, number>();
  for (const record of records) {
    const values = JSON.stringify(by.map((field) => String(record[field])));
    counts.set(values, (counts.get(values) ?? 0) + 1);
  }
  return [...counts].map(([values, count]) => ({ values: JSON.parse(values), count }));
}

export function summaryOf(
  { status, summed }: Collection,
  records: readonly RecordFields[],
): Summary {
  const byStatus = status === null ? [] : talliesOf(records, [status]);
  const pairs = byStatus.map(({ values, count }) => [values[0] ?? '', count] as const);
  return {
    total: records.length,
    byStatus: Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1))),
    sums: Object.fromEntries(summed.map((field) => [field, sumOf(records, field)])),
  };
}
