import fc from 'fast-check';
import { CollectionRegistry } from '../../../src/adapters/storage/collection-registry.js';
import { SettleWrites } from '../../../src/application/buffer/flush/settle-writes.js';
import { StoredChanges } from '../../../src/application/buffer/flush/stored-changes.js';
import { Ledger } from '../../../src/application/buffer/ledger.js';
import { ReleaseQuarantined } from '../../../src/application/quarantine/release.js';
import type { Collection } from '../../../src/domain/collection.js';
import { childrenOf, collectionOf } from '../../../src/domain/collections/family.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { FakeClock } from '../application/fake-clock.js';
import { RecordingLogger, RecordingMetrics } from '../application/fakes.js';
import { ancestorsOf, keyOf, sampleValue, sampleWrite } from '../records/samples.js';
import { BASE_VERSION } from '../records/writes.js';

/** What a service does to its store. */
export type Change =
  | {
      readonly kind: 'write';
      readonly level: number;
      readonly number: number;
      /** The number of the parent that it names; usually its own. */
      readonly parent: number;
      readonly fields: readonly number[];
      readonly value: number;
      /** Versions by which it is older than the newest: it arrives late. */
      readonly late: number;
    }
  | { readonly kind: 'delete'; readonly number: number }
  | { readonly kind: 'drop'; readonly place: number }
  | { readonly kind: 'requeue' }
  | { readonly kind: 'upkeep' };

const anyNumber = fc.integer({ min: 1, max: 3 });

const anyWrite: fc.Arbitrary<Change> = fc
  .record({
    level: fc.nat(COLLECTIONS.length - 1),
    number: anyNumber,
    other: fc.oneof({ weight: 7, arbitrary: fc.constant(0) }, fc.constant(1)),
    fields: fc.array(fc.nat(30), { maxLength: 5 }),
    value: fc.integer({ min: 1, max: 9 }),
    late: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 9000 })),
  })
  .map(({ other, number, ...rest }) => ({
    kind: 'write',
    number,
    parent: other === 0 ? number : (number % 3) + 1,
    ...rest,
  }));

export const anyChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 8, arbitrary: anyWrite },
  { weight: 3, arbitrary: anyNumber.map((number): Change => ({ kind: 'delete', number })) },
  { weight: 1, arbitrary: fc.nat(5).map((place): Change => ({ kind: 'drop', place })) },
  { weight: 1, arbitrary: fc.constant<Change>({ kind: 'requeue' }) },
  { weight: 1, arbitrary: fc.constant<Change>({ kind: 'upkeep' }) },
);

/**
 * In a family with more than two levels, no outermost record is deleted twice, and no parent is
 * dropped from quarantine. A delete covers what belongs to the records below it, as far as the
 * store knows them (docs/adr/0011-deletes-are-writes.md): a store that has forgotten one of them
 * covers less than one that learns of everything at once.
 */
const IS_DEEP = COLLECTIONS.some((collection) => ancestorsOf(collection).length > 1);

/** A service on one store, without its buffer and journal. */
export class StoreUser {
  readonly #settle: SettleWrites;
  readonly #release: ReleaseQuarantined;
  #version = 0;
  readonly #deleted = new Set<number>();

  constructor(private readonly store: StorageBackend) {
    const registry = new CollectionRegistry(
      [store],
      new Map(COLLECTIONS.map(({ name }) => [name, store.name])),
    );
    const metrics = new RecordingMetrics();
    const base = {
      registry,
      metrics,
      clock: new FakeClock(),
      logger: new RecordingLogger(),
      changes: new StoredChanges(),
    };
    this.#settle = new SettleWrites(base);
    this.#release = new ReleaseQuarantined({
      registry,
      settleWrites: this.#settle,
      ledger: new Ledger(),
    });
  }

  async make(change: Change): Promise<void> {
    // Several versions in a millisecond, and some milliseconds apart.
    this.#version += 700;
    switch (change.kind) {
      case 'write':
        await this.#write(change);
        return;
      case 'delete': {
        if (IS_DEEP && this.#deleted.has(change.number)) return;
        this.#deleted.add(change.number);
        const [outermost] = COLLECTIONS as readonly [Collection];
        const version = (await this.store.newestVersion()) + 1;
        await this.store.delete(outermost, keyOf(outermost, change.number), version);
        return;
      }
      case 'drop': {
        const [record] = await this.store.quarantine.list(change.place, { records: 1, bytes: 1 });
        if (record === undefined) return;
        if (IS_DEEP && childrenOf(collectionOf(record.collection)).length > 0) return;
        await this.store.quarantine.drop(record.id);
        return;
      }
      case 'requeue':
        await this.#release.everything((work) => work());
        return;
      case 'upkeep':
        await this.store.dropTombstones(await this.store.newestVersion());
    }
  }

  async #write({ level, number, parent, fields, value, late }: Change & { kind: 'write' }) {
    const collection = COLLECTIONS[level] as Collection;
    const some = fields.flatMap(
      (place) => collection.fields[place % collection.fields.length] ?? [],
    );
    const values = some.map((field) => [field.name, sampleValue(collection, field, value)]);
    const of = collection.parent;
    // As in the service, an accepted version is above everything that the instance has seen.
    const seen = (await this.store.newestVersion()) - BASE_VERSION;
    this.#version = Math.max(this.#version, seen + 1);
    const write = sampleWrite(collection, keyOf(collection, number), this.#version - late, {
      ...Object.fromEntries(values),
      ...(of === null ? {} : { [of.field]: keyOf(collectionOf(of.collection), parent) }),
    });
    const { missingKeys } = await this.#settle.settle(collection, [write]);
    if (!missingKeys.has(write.key)) await this.#release.orphansOf(collection, [write.key]);
  }
}
