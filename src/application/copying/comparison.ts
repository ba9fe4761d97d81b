import {
  type Checksum,
  differenceOfChecksums,
  printedChecksum,
  sumOfChecksums,
} from '../../domain/checksum.js';
import type { CollectionName } from '../../domain/collection.js';
import type { RecordName } from '../../ports/deletion.js';
import { type Finding, Findings } from './copied.js';

/** How many records of one kind each store has. */
export interface Counts {
  readonly source: number;
  readonly target: number;
}

/** Found records, or tombstones: how many, and the first of them. */
export interface Found {
  readonly count: number;
  readonly first: readonly Finding[];
}

/** Two stores, compared record by record. */
export interface Comparison {
  readonly records: ReadonlyMap<CollectionName, Counts>;
  readonly quarantine: Counts;
  readonly tombstones: Counts;
  /** Of all stored records of a store: 16 hexadecimal digits. */
  readonly checksums: { readonly source: string; readonly target: string };
  /** The target does not hold these, or not completely. */
  readonly missing: Found;
  /** The target holds these, and the source does not: own records, newer values, own deletes. */
  readonly more: Found;
  /**
   * The outermost records (of collections without a parent) whose checksum, with that of everything
   * that belongs to them, differs.
   */
  readonly different: { readonly count: number; readonly first: readonly RecordName[] };
}

/** Differing outermost records that a report names. */
const SHOWN = 20;

/** Counts what a comparison finds. */
export class ComparisonInProgress {
  readonly missing = new Findings();
  readonly more = new Findings();
  readonly #records = new Map<CollectionName, Counts>();
  #quarantine: Counts = NONE;
  #tombstones: Counts = NONE;
  #source: Checksum = 0n;
  #target: Checksum = 0n;
  /**
   * What is left of the checksum of each outermost record if that of the target is subtracted from
   * that of the source: equal records cancel out, so it has no entry for equal ones.
   */
  readonly #rest = new Map<string, { readonly name: RecordName; readonly rest: Checksum }>();

  count(collection: CollectionName, counts: Counts): void {
    this.#records.set(collection, plus(this.#records.get(collection) ?? NONE, counts));
  }

  countQuarantined(counts: Counts): void {
    this.#quarantine = plus(this.#quarantine, counts);
  }

  countTombstones(counts: Counts): void {
    this.#tombstones = plus(this.#tombstones, counts);
  }

  /** Adds a record that both stores have alike. */
  addEqual(checksum: Checksum): void {
    this.#source = sumOfChecksums(this.#source, checksum);
    this.#target = sumOfChecksums(this.#target, checksum);
  }

  /** Adds a record of one store that differs from that of the other; `root`: see Comparison. */
  addDifferent(side: 'source' | 'target', root: RecordName, checksum: Checksum): void {
    const id = `${root.collection}/${root.key}`;
    const rest = this.#rest.get(id)?.rest ?? 0n;
    if (side === 'source') this.#source = sumOfChecksums(this.#source, checksum);
    else this.#target = sumOfChecksums(this.#target, checksum);
    const change = side === 'source' ? sumOfChecksums : differenceOfChecksums;
    this.#rest.set(id, { name: root, rest: change(rest, checksum) });
  }

  result(): Comparison {
    const different = [...this.#rest.values()].filter(({ rest }) => rest !== 0n);
    return {
      records: this.#records,
      quarantine: this.#quarantine,
      tombstones: this.#tombstones,
      checksums: {
        source: printedChecksum(this.#source),
        target: printedChecksum(this.#target),
      },
      missing: found(this.missing),
      more: found(this.more),
      different: {
        count: different.length,
        first: different.slice(0, SHOWN).map(({ name }) => name),
      },
    };
  }
}

export const NONE: Counts = { source: 0, target: 0 };

export function found({ count, first }: Findings): Found {
  return { count, first };
}

function plus(one: Counts, other: Counts): Counts {
  return { source: one.source + other.source, target: one.target + other.target };
}
