import type { RecordFields, Write } from '../../../domain/write.js';

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
export function sumOf(records: readonly RecordFields[], field: string) {
  const values = records.flatMap((record) => record[field] ?? []).map(Number);
  const tenThousandths = values.reduce((sum, value) => sum + Math.round(value * 10_000), 0);
  return { sum: tenThousandths / 10_000, count: values.length };
}
