import type { Collection, FieldValue } from '../../domain/collection.js';
import type { RecordFields } from '../../domain/write.js';

type Chunks = AsyncGenerator<readonly RecordFields[]>;
type Records = AsyncGenerator<RecordFields, undefined>;

/** Merges two walks that are sorted newest first; a record in both comes once. */
export async function* merged(collection: Collection, one: Chunks, other: Chunks): Chunks {
  const { key } = collection;
  const compare = newestFirst(collection);
  const [left, right] = [recordsOf(one), recordsOf(other)];
  try {
    let [a, b] = [await left.next(), await right.next()];
    let last: FieldValue | undefined;
    while (a.done !== true || b.done !== true) {
      const takesLeft = b.done === true || (a.done !== true && compare(a.value, b.value) < 0);
      const record = (takesLeft ? a.value : b.value) as RecordFields;
      if (record[key] !== last) yield [record];
      last = record[key];
      if (takesLeft) a = await left.next();
      else b = await right.next();
    }
  } finally {
    await left.return(undefined);
    await right.return(undefined);
  }
}

async function* recordsOf(chunks: Chunks): Records {
  for await (const chunk of chunks) yield* chunk;
  return undefined;
}

/** The default order of lists: by creation time, then by key, both descending. */
export function newestFirst({ key }: Collection) {
  return (a: RecordFields, b: RecordFields): number => {
    const byTime = Number(b.created_at) - Number(a.created_at);
    if (byTime !== 0) return byTime;
    return String(a[key]) < String(b[key]) ? 1 : -1;
  };
}
