import type { Collection } from '../../../domain/collection.js';
import {
  RecordRefusedError,
  type RefusalReason,
  StorageUnavailableError,
} from '../../../domain/errors.js';
import type { Write } from '../../../domain/write.js';
import type { Refusal } from '../../../ports/quarantine.js';

export interface BisectionTarget {
  readonly collection: Collection;
  /**
   * All or nothing; returns how many writes a delete covers. Throws RecordRefusedError if the store
   * refuses one of them.
   */
  write(writes: readonly Write[]): Promise<number>;
  /** Returns those of these parent keys that exist. */
  existingParents(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Returns the parents of those of these keys that are stored. */
  storedParents(keys: readonly string[]): Promise<ReadonlyMap<string, string | null>>;
  /**
   * True if the store does not refuse a child without a parent itself, so the parents must be
   * checked.
   */
  readonly checkParentsFirst: boolean;
  /** The store fails repeatedly with an unknown error; one of the records may be the cause. */
  readonly suspectsRecords: boolean;
}

export interface Bisection {
  readonly refused: readonly Refusal[];
  /** Number of writes that a delete covers. */
  readonly covered: number;
  /** Writes on which the store fails, although it stores their neighbours. */
  readonly stuck: readonly StuckWrite[];
}

export interface StuckWrite {
  readonly write: Write;
  readonly error: StorageUnavailableError;
}

const NOTHING: Bisection = { refused: [], covered: 0, stuck: [] };
/** If the store fails on more records than this, the store is at fault. */
const MOST_STUCK = 8;

/**
 * Stores what it can of `writes` and returns the rest, with reasons.
 *
 * Records whose parent is missing, or differs from that of the stored record, are found by querying
 * the parents. Any other refused record is found by bisection: one bad record among n costs at most
 * ⌈log₂ n⌉ further rounds, and its neighbours are stored on the way. Any other error (an outage) is
 * thrown at once. The caller then treats every record as not stored, which is harmless because
 * writes are idempotent, and quarantines none. An unknown error is bisected once it has repeated. A
 * record on which the store fails is not quarantined, and does not hold up its neighbours.
 */
export async function storeOrRefuse(
  target: BisectionTarget,
  writes: readonly Write[],
): Promise<Bisection> {
  const isOrphaned = target.checkParentsFirst && (await findOrphans(target, writes)).length > 0;
  const bisection = isOrphaned
    ? await storeRest(target, writes, await findByParent(target, writes))
    : await bisect(target, writes);
  const [first] = bisection.stuck;
  // If the store accepts none of several records, the store is at fault.
  if (first !== undefined && writes.length > 1 && bisection.stuck.length === writes.length)
    throw first.error;
  return bisection;
}

/** Stores `writes` without those in `refused`. */
async function storeRest(
  target: BisectionTarget,
  writes: readonly Write[],
  refused: readonly Refusal[],
): Promise<Bisection> {
  const aside = new Set(refused.map(({ write }) => write.key));
  const stored = await bisect(
    target,
    writes.filter(({ key }) => !aside.has(key)),
  );
  return { ...stored, refused: [...refused, ...stored.refused] };
}

async function bisect(target: BisectionTarget, writes: readonly Write[]): Promise<Bisection> {
  if (writes.length === 0) return NOTHING;
  try {
    return { ...NOTHING, covered: await target.write(writes) };
  } catch (error) {
    if (isSuspect(target, error)) {
      const [only] = writes;
      if (writes.length === 1 && only !== undefined)
        return { ...NOTHING, stuck: [{ write: only, error }] };
      const halves = await bisectHalves(target, writes);
      if (halves.stuck.length > MOST_STUCK) throw error;
      return halves;
    }
    if (!(error instanceof RecordRefusedError)) throw error;
    const found = mayBeForParent(error.reason) ? await findByParent(target, writes) : [];
    if (found.length > 0) return storeRest(target, writes, found);
    const [only] = writes;
    if (writes.length === 1 && only !== undefined)
      return { ...NOTHING, refused: [refusalOf(target.collection, only, error)] };
    return bisectHalves(target, writes);
  }
}

async function bisectHalves(target: BisectionTarget, writes: readonly Write[]): Promise<Bisection> {
  const middle = Math.ceil(writes.length / 2);
  const left = await bisect(target, writes.slice(0, middle));
  const right = await bisect(target, writes.slice(middle));
  return {
    refused: [...left.refused, ...right.refused],
    covered: left.covered + right.covered,
    stuck: [...left.stuck, ...right.stuck],
  };
}

function refusalOf({ parent }: Collection, write: Write, error: RecordRefusedError): Refusal {
  // A parent that is found may have arrived since the refusal; its orphans are released once more.
  const isMissing = error.reason === 'MISSING_PARENT' && parent !== null;
  return {
    write,
    reason: `${error.reason}: ${error.message}`,
    missingParent: isMissing ? String(write.fields[parent.field]) : null,
  };
}

function isSuspect(target: BisectionTarget, error: unknown): error is StorageUnavailableError {
  return target.suspectsRecords && error instanceof StorageUnavailableError && error.unclear;
}

function mayBeForParent(reason: RefusalReason): boolean {
  switch (reason) {
    case 'MISSING_PARENT':
    case 'SESSION_MISMATCH':
    case 'CONSTRAINT':
      return true;
    case 'VALUE_OUT_OF_RANGE':
    case 'TOO_LARGE':
      return false;
  }
}

/**
 * Returns the writes that are refused because of their parent. A write that names another parent
 * than the stored record is SESSION_MISMATCH even if that parent does not exist, because no later
 * parent changes this. The reason therefore depends on the record alone, not on what its store
 * detects first in a batch.
 */
async function findByParent(
  target: BisectionTarget,
  writes: readonly Write[],
): Promise<readonly Refusal[]> {
  const mismatches = await findMismatches(target, writes);
  const aside = new Set(mismatches.map(({ write }) => write.key));
  const orphans = await findOrphans(
    target,
    writes.filter(({ key }) => !aside.has(key)),
  );
  return [...mismatches, ...orphans];
}

async function findOrphans(
  { collection, existingParents }: BisectionTarget,
  writes: readonly Write[],
): Promise<readonly Refusal[]> {
  const { parent } = collection;
  if (parent === null) return [];
  const parentOf = (write: Write) => String(write.fields[parent.field]);
  const existing = await existingParents([...new Set(writes.map(parentOf))]);
  return writes
    .filter((write) => !existing.has(parentOf(write)))
    .map((write) => ({
      write,
      reason: `MISSING_PARENT: ${parent.field} ${JSON.stringify(parentOf(write))} does not exist`,
      missingParent: parentOf(write),
    }));
}

async function findMismatches(
  { collection, storedParents }: BisectionTarget,
  writes: readonly Write[],
): Promise<readonly Refusal[]> {
  const { parent } = collection;
  if (parent === null) return [];
  const stored = await storedParents(writes.map(({ key }) => key));
  return writes.flatMap((write) => {
    const owner = stored.get(write.key);
    const named = String(write.fields[parent.field]);
    if (owner === undefined || owner === named) return [];
    const reason = `SESSION_MISMATCH: it belongs permanently to ${parent.field} ${JSON.stringify(owner)}, but this write names ${JSON.stringify(named)}`;
    return [{ write, reason, missingParent: null }];
  });
}
