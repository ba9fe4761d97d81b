import type { FieldValue } from '../../../../domain/collection.js';
import type { Write } from '../../../../domain/write.js';

/**
 * Writes of a batch as lists. Most have the same fields, whose names are written once instead of
 * once for each write: two fifths of the bytes of a task.
 *
 * - `shapes`: lists of field names
 * - `rows`: `[number of its shape, key, version, createdAt, what a merged write has besides, or 0,
 *   the values of the fields …]`
 */
export interface WriteRows {
  readonly shapes: readonly (readonly string[])[];
  readonly rows: readonly Row[];
}

type Rest = Pick<Write, 'olderFields' | 'olderVersions' | 'olderCounters'>;
type Row = readonly [
  shape: number,
  key: string,
  version: number,
  createdAt: number,
  rest: Rest | 0,
  ...values: FieldValue[],
];

export function rowsOf(writes: readonly Write[]): WriteRows {
  const shapes: string[][] = [];
  const rows = writes.map((write): Row => {
    const { key, version, createdAt, fields } = write;
    const names = Object.keys(fields);
    let shape = shapes.findIndex((known) => isSame(known, names));
    if (shape < 0) shape = shapes.push(names) - 1;
    const values = names.map((name) => fields[name] as FieldValue);
    return [shape, key, version, createdAt, restOf(write), ...values];
  });
  return { shapes, rows };
}

export function writesOf({ shapes, rows }: WriteRows): readonly Write[] {
  return rows.map(([shape, key, version, createdAt, rest, ...values]) => {
    const names = shapes[shape] ?? [];
    const fields = Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]));
    return { key, version, createdAt, fields, ...(rest === 0 ? {} : rest) };
  });
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  if (names.length !== others.length) return false;
  for (let index = 0; index < names.length; index += 1)
    if (names[index] !== others[index]) return false;
  return true;
}

function restOf({ olderFields, olderVersions, olderCounters }: Write): Rest | 0 {
  if (olderFields === undefined && olderVersions === undefined && olderCounters === undefined)
    return 0;
  return {
    ...(olderFields === undefined ? {} : { olderFields }),
    ...(olderVersions === undefined ? {} : { olderVersions }),
    ...(olderCounters === undefined ? {} : { olderCounters }),
  };
}
