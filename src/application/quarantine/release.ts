import type { Collection } from '../../domain/collection.js';
import { childrenOf, collectionOf } from '../../domain/collections/family.js';
import { oldestVersion } from '../../domain/tombstone.js';
import type { Quarantine, QuarantinedRecord, SliceLimit } from '../../ports/quarantine.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { SettleWrites } from '../buffer/flush/settle-writes.js';
import type { Ledger } from '../buffer/ledger.js';

/** Records that are read, stored and removed at a time. */
const SLICE: SliceLimit = { records: 500, bytes: 4 * 1024 * 1024 };
/** Parents that are passed to one query. */
const PARENTS = 500;

/**
 * Releases quarantined records: stores them first, then removes them from the quarantine. A crash
 * in between leaves a record in both, which the merge rule makes harmless. What the store refuses
 * again stays, with one attempt more.
 */
export class ReleaseQuarantined {
  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly settleWrites: SettleWrites;
      readonly ledger: Ledger;
    },
  ) {}

  /** Releases the orphans of these parents, of any collection. Throws StorageUnavailableError. */
  async orphansOf(parents: Collection, keys: readonly string[]): Promise<void> {
    for (const { collection } of childrenOf(parents)) {
      const { quarantine } = this.dependencies.registry.backendOf(collection.name);
      for (let from = 0; from < keys.length; from += PARENTS) {
        const some = keys.slice(from, from + PARENTS);
        await this.#all(quarantine, (id) => quarantine.waitingFor(collection, some, id, SLICE));
      }
    }
  }

  /**
   * Releases all records that are in quarantine now. Returns how many. Throws
   * StorageUnavailableError.
   */
  async everything(inTurn: InTurn): Promise<number> {
    let tried = 0;
    for (const { quarantine } of this.dependencies.registry.backends()) {
      tried += await this.#all(quarantine, (id) => quarantine.after(id, SLICE), inTurn);
    }
    return tried;
  }

  /** Releases those of these ids that exist. Returns how many. Throws StorageUnavailableError. */
  async some(ids: readonly string[], inTurn: InTurn): Promise<number> {
    let tried = 0;
    for (const { quarantine } of this.dependencies.registry.backends()) {
      for (const id of ids) {
        await inTurn(async () => {
          const records = await quarantine.get([id]);
          await this.#try(quarantine, records, false);
          tried += records.length;
        });
      }
    }
    return tried;
  }

  async #all(
    quarantine: Quarantine,
    next: (id: string | null) => Promise<readonly QuarantinedRecord[]>,
    inTurn: InTurn = (work) => work(),
  ): Promise<number> {
    let tried = 0;
    let last: string | null = null;
    do {
      const after: string | null = last;
      last = null;
      await inTurn(async () => {
        const records = await next(after);
        await this.#try(quarantine, records, true);
        tried += records.length;
        last = records.at(-1)?.id ?? null;
      });
    } while (last !== null);
    return tried;
  }

  /** With `suspectsRecords`, a record on which the store fails stays, and holds up no other. */
  async #try(
    quarantine: Quarantine,
    records: readonly QuarantinedRecord[],
    suspectsRecords: boolean,
  ): Promise<void> {
    for (const part of partsOf(records)) {
      const [first] = part;
      if (first === undefined) continue;
      const collection = collectionOf(first.collection);
      const settlement = await this.dependencies.settleWrites.settle(
        collection,
        part.map(({ write }) => write),
        { suspectsRecords },
      );
      const stuck = new Set(settlement.stuck.map(({ write }) => write.key));
      this.dependencies.ledger.accept(part.length - stuck.size);
      this.dependencies.ledger.settle(collection.name, settlement);
      // Records that were refused again have one attempt more by now, and stay. A record that the
      // store can neither store nor quarantine again stays as it is.
      await quarantine.remove(part.filter(({ write }) => !stuck.has(write.key)));
      // The orphans of these records are released, too.
      const keys = part.map(({ write }) => write.key);
      await this.orphansOf(
        collection,
        keys.filter((key) => !settlement.missingKeys.has(key)),
      );
    }
  }
}

/** Runs one slice of work when its turn has come: flushes can run between two slices. */
export type InTurn = (work: () => Promise<void>) => Promise<void>;

/**
 * Groups the records: each part has one collection, and each key at most once. Of one key, what was
 * accepted first comes first.
 */
function partsOf(records: readonly QuarantinedRecord[]): readonly (readonly QuarantinedRecord[])[] {
  const parts: { readonly keys: Set<string>; readonly records: QuarantinedRecord[] }[] = [];
  const byAge = [...records].sort((a, b) => oldestVersion(a.write) - oldestVersion(b.write));
  for (const record of byAge) {
    const fits = parts.find(
      (part) =>
        part.records[0]?.collection === record.collection && !part.keys.has(record.write.key),
    );
    if (fits === undefined) parts.push({ keys: new Set([record.write.key]), records: [record] });
    else {
      fits.keys.add(record.write.key);
      fits.records.push(record);
    }
  }
  return parts.map((part) => part.records);
}
