import type { CollectionName } from '../../domain/collection.js';
import type { StorageBackend } from '../../ports/storage-backend.js';

/** The two stores of a copy. */
export interface Stores {
  readonly source: StorageBackend;
  readonly target: StorageBackend;
}

/** Called while a copy runs. */
export interface CopyProgress {
  /** `total`: records of the source at this moment. */
  begin(phase: 'copying' | 'comparing', total: number): void;
  step(records: number): void;
  end(): void;
}

/** A record, or a tombstone, that needs a look; in words for people. */
export interface Finding {
  readonly collection: CollectionName;
  readonly key: string;
  readonly what: string;
}

/** Findings that a report shows. */
const SHOWN = 20;

/** Counts all findings, and keeps the first ones. */
export class Findings {
  readonly #first: Finding[] = [];
  #count = 0;

  add(finding: Finding): void {
    this.#count += 1;
    if (this.#first.length < SHOWN) this.#first.push(finding);
  }

  get count(): number {
    return this.#count;
  }

  get first(): readonly Finding[] {
    return this.#first;
  }
}
