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
  /** All or nothing; returns how many a delete covers. Throws RecordRefusedError when the store refuses one of them. */
  write(writes: readonly Write[]): Promise<number>;
  /** Which of these parent keys exist. */
  existingParents(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** The parents of those of these keys that are stored. */
  storedParents(keys: readonly string[]): Promise<ReadonlyMap<string, string | null>>;
  /** True when the store itself does not refuse a child without a parent, so that it must be asked for. */
  readonly checkParentsFirst: boolean;
  /** The store fails, again and again, in a way that nobody knows: one of the records may be the reason. */
  readonly suspectsRecords: boolean;
}

export interface Bisection {
  readonly refused: readonly Refusal[];
  /** How many writes a delete covers. */
  readonly covered: number;
  /** Writes on which the store fails, while it takes their neighbours. */
  readonly stuck: readonly StuckWrite[];
}

export interface StuckWrite {
  readonly write: Write;
  readonly error: StorageUnavailableError;
}

const NOTHING: Bisection = { refused: [], covered: 0, stuck: [] };
/** More records than this on which a store fails are the fault of the store. */
const MOST_STUCK = 8;

/**
 * Stores what can be stored of `writes` and returns the rest, with reasons.
 *
 * Records without their parent, or with another one than the stored record, are told by asking for
 * the parents. Any other refused record is found by bisection: one bad record among n costs at most
 * ⌈log₂ n⌉ further rounds, and its neighbours are stored on the way. Any other error (an outage) is
 * thrown at once: the caller then treats every record as not stored, which repeating makes
 * harmless, and quarantines none. An error that nobody knows is bisected once it has repeated: a
 * record on which the store fails is no reason to quarantine it, nor to keep its neighbours.
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
  // A store that takes none of several is what fails.
  if (first !== undefined && writes.length > 1 && bisection.stuck.length === writes.length)
    throw first.error;
  return bisection;
}

/** Stores what is left when `refused` are taken out. */
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
  // A parent that is found when it is asked for may have come since: it is asked for once more.
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
 * Those that are refused for their parent. One that names another parent than the stored record,
 * and one that does not exist, is told the first, which no parent that arrives will change: the
 * reason depends on the record alone, and not on what its store notices first in a batch.
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
    const reason = `SESSION_MISMATCH: it belongs to ${parent.field} ${JSON.stringify(owner)} for good, and this write names ${JSON.stringify(named)}`;
    return [{ write, reason, missingParent: null }];
  });
}
