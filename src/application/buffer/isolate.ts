import type { Collection } from '../../domain/collection.js';
import { RecordRefusedError } from '../../domain/errors.js';
import { mergeWrites } from '../../domain/merge.js';
import type { Write } from '../../domain/write.js';

/** A write that its store refused, and why. */
export interface RefusedWrite {
  readonly write: Write;
  readonly reason: string;
  readonly missingParent: string | null;
}

export interface IsolationTarget {
  readonly collection: Collection;
  /** All or nothing; throws RecordRefusedError when the store refuses one of them. */
  write(writes: readonly Write[]): Promise<void>;
  /** Which of these parent keys exist. */
  existingParents(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** What is stored under these keys. */
  stored(keys: readonly string[]): Promise<readonly Write[]>;
  /** True when the store itself does not refuse a child without a parent, so that it must be asked for. */
  readonly checkParentsFirst: boolean;
}

/**
 * Stores what can be stored of `writes` and returns the rest, with reasons.
 *
 * Records without their parent are told by asking which parents exist. Any other refused record is
 * found by halving: one bad record among n costs at most ⌈log₂ n⌉ further rounds, and its
 * neighbours are stored on the way. Any other error (an outage) is thrown at once: the caller then
 * treats every record as not stored, which repeating makes harmless, and quarantines none.
 */
export async function storeOrRefuse(
  target: IsolationTarget,
  writes: readonly Write[],
): Promise<readonly RefusedWrite[]> {
  if (!target.checkParentsFirst) return halve(target, writes);
  return setAside(target, await findParents(target, writes));
}

interface Parentage {
  readonly orphans: readonly Write[];
  /** The others, each with a parent that exists. */
  readonly rest: readonly Write[];
}

async function setAside(
  target: IsolationTarget,
  { orphans, rest }: Parentage,
): Promise<readonly RefusedWrite[]> {
  const refused = await halve(target, rest);
  return [...orphans.map((write) => orphaned(target.collection, write)), ...refused];
}

async function halve(
  target: IsolationTarget,
  writes: readonly Write[],
): Promise<readonly RefusedWrite[]> {
  if (writes.length === 0) return [];
  try {
    await target.write(writes);
    return [];
  } catch (error) {
    if (!(error instanceof RecordRefusedError)) throw error;
    if (error.reason === 'MISSING_PARENT') {
      const found = await findParents(target, writes);
      if (found.rest !== writes) return setAside(target, found);
    }
    const [only] = writes;
    if (writes.length === 1 && only !== undefined) {
      return [{ write: only, reason: `${error.reason}: ${error.message}`, missingParent: null }];
    }
    const middle = Math.ceil(writes.length / 2);
    const left = await halve(target, writes.slice(0, middle));
    const right = await halve(target, writes.slice(middle));
    return [...left, ...right];
  }
}

/**
 * A write without its parent is no orphan when the record has moved to another one since: it has no
 * say in where the record belongs. It goes to the store merged with what is there, because one
 * store looks at the parent that a write names, and another at the parent that the record has in
 * the end. Returns `writes` themselves as the rest when every parent exists.
 */
async function findParents(target: IsolationTarget, writes: readonly Write[]): Promise<Parentage> {
  const lost = await withoutParent(target, writes);
  if (lost.length === 0) return { orphans: [], rest: writes };
  const stored = await target.stored(lost.map(({ key }) => key));
  const storedByKey = new Map(stored.map((write) => [write.key, write]));
  const merged = lost.map((write) => {
    const earlier = storedByKey.get(write.key);
    return earlier === undefined ? write : mergeWrites(target.collection, earlier, write);
  });
  const stillLost = stored.length === 0 ? lost : await withoutParent(target, merged);
  const aside = new Set(stillLost.map(({ key }) => key));
  const moved = new Map(merged.map((write) => [write.key, write]));
  return {
    orphans: lost.filter(({ key }) => aside.has(key)),
    rest: writes.filter(({ key }) => !aside.has(key)).map((write) => moved.get(write.key) ?? write),
  };
}

async function withoutParent(
  target: IsolationTarget,
  writes: readonly Write[],
): Promise<readonly Write[]> {
  const { collection } = target;
  if (collection.parent === null) return [];
  const parents = new Set(writes.map((write) => parentKey(collection, write)));
  const existing = await target.existingParents([...parents]);
  return writes.filter((write) => !existing.has(parentKey(collection, write)));
}

function orphaned(collection: Collection, write: Write): RefusedWrite {
  const missingParent = parentKey(collection, write);
  const field = collection.parent?.field;
  return {
    write,
    missingParent,
    reason: `MISSING_PARENT: ${field} ${JSON.stringify(missingParent)} does not exist`,
  };
}

function parentKey(collection: Collection, write: Write): string {
  return String(write.fields[collection.parent?.field ?? '']);
}
