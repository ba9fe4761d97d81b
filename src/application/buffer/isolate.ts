import type { Collection } from '../../domain/collection.js';
import { RecordRefusedError } from '../../domain/errors.js';
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
  const orphans = target.checkParentsFirst ? await findOrphans(target, writes) : [];
  return setAside(target, writes, orphans);
}

async function setAside(
  target: IsolationTarget,
  writes: readonly Write[],
  orphans: readonly Write[],
): Promise<readonly RefusedWrite[]> {
  const aside = new Set(orphans);
  const rest = await halve(
    target,
    orphans.length === 0 ? writes : writes.filter((write) => !aside.has(write)),
  );
  return [...orphans.map((write) => orphaned(target.collection, write)), ...rest];
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
    const orphans = error.reason === 'MISSING_PARENT' ? await findOrphans(target, writes) : [];
    if (orphans.length > 0) return setAside(target, writes, orphans);
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

async function findOrphans(
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
