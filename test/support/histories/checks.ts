import type { RecordPage } from '../../../src/application/reading/query-records.js';
import type { IncomingRecord, StoredBatch } from '../../../src/application/writing/accept-batch.js';
import type { Collection } from '../../../src/domain/collection.js';
import { collectionOf } from '../../../src/domain/collections/family.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { mergeWrites } from '../../../src/domain/merge.js';
import { FINISHED_STATUSES } from '../../../src/domain/status.js';
import { versionAt } from '../../../src/domain/version.js';
import type { RecordFields } from '../../../src/domain/write.js';
import type { Deletion } from '../../../src/ports/deletion.js';
import { meaningOf } from '../records/meaning.js';
import type { Instance } from './instance.js';
import { checkShown, ownWrites } from './reads.js';
import type { StoreView } from './store-view.js';
import { parentOf, type Truth } from './truth.js';

/**
 * What must hold for the answer to one request while no other step runs. Each check throws on a
 * violation.
 */
export class Checks {
  constructor(
    private readonly truth: Truth,
    private readonly view: () => Promise<StoreView>,
  ) {}

  shown(instance: Instance, collection: Collection, key: string, shown: RecordFields | null): void {
    checkShown(this.truth, instance, collection, key, shown);
    if (shown !== null) instance.hasSeen(versionAt(Number(shown.updated_at)));
  }

  /** `sessions` were pending here before: the orphans that they release are settled too. */
  async afterFlush(instance: Instance, sessions: readonly string[] = []): Promise<void> {
    const { pending } = instance.app.buffer.snapshot();
    expect(pending === 0, `after a flush, ${pending} are pending`);
    instance.knowsUntil = this.truth.now;
    await this.#expectNoOrphans((parent) => sessions.includes(parent));
  }

  async afterWatch(): Promise<void> {
    await this.#expectNoOrphans(() => true);
  }

  async afterStoring(
    { by }: Instance,
    collection: Collection,
    records: readonly IncomingRecord[],
    { quarantined }: StoredBatch,
  ): Promise<void> {
    const { of: storedOf, quarantined: held } = await this.view();
    const version = this.truth.newest(by);
    for (const [index, { key, fields }] of records.entries()) {
      const parent = parentOf(collection, { fields });
      const write = this.truth
        .of(collection, key, parent)
        .find((each) => each.by === by && each.write.version === version)?.write;
      if (write === undefined || this.truth.isCovered(collection, write)) continue;
      if (this.truth.isInDoubt(collection, write)) continue;
      const isListed = quarantined.some((each) => each.index === index && each.key === key);
      const stored = storedOf(collection.name).get(key);
      const waiting = held
        .filter((each) => each.collection === collection.name && each.write.key === key)
        .map((each) => each.write)
        .filter((each) => parentOf(collection, each) === parent);
      // Of an instance whose clock is ahead, a newer write may wait, although this one is stored.
      const isNewer = isListed && waiting.some((each) => each.version > version);
      const places = [...(isListed ? waiting : []), ...(isListed && !isNewer ? [] : [stored])];
      const has = places.some(
        (place) =>
          place !== undefined &&
          parentOf(collection, place) === parent &&
          same(meaningOf(collection, mergeWrites(collection, place, write)), collection, place),
      );
      expect(has, `${key} is not ${isListed ? 'in quarantine' : 'stored'} as the answer said`);
    }
  }

  async afterDelete(instance: Instance, session: string, deletion: Deletion | null): Promise<void> {
    const { sessions, tasks, quarantined } = await this.view();
    const version = deletion?.version ?? 0;
    if (deletion === null) {
      const own = ownWrites(this.truth, instance, SESSIONS, session);
      expect(own.length === 0, `no ${session} was found to delete, although it was accepted`);
    } else {
      const newest = this.truth.newest(instance.by);
      expect(version > newest, `the delete has version ${version}, but ${newest} came before it`);
    }
    expect(!sessions.has(session), `${session} is still there`);
    const left = [...tasks.values(), ...quarantined.map(({ write }) => write)].filter(
      (write) => write.fields.session_id === session && write.version <= version,
    );
    expect(left.length === 0, `left of ${session}: ${JSON.stringify(left)}`);
  }

  async afterList(
    instance: Instance,
    collection: Collection,
    { items, total }: RecordPage,
  ): Promise<void> {
    await this.afterFlush(instance);
    expect(total === items.length, `the total of ${items.length} is ${total}`);
    const shown = new Map(items.map((item) => [String(item[collection.key]), item]));
    const { quarantined } = await this.view();
    for (const item of items) this.#listed(instance, collection, item, quarantined);
    for (const { write, by, collection: name } of this.truth.writes) {
      if (by !== instance.by || name !== collection.name) continue;
      if (ownWrites(this.truth, instance, collection, write.key).length === 0) continue;
      const isThere =
        shown.has(write.key) || quarantined.some((each) => each.write.key === write.key);
      expect(isThere, `${write.key} is missing in a fresh list`);
    }
  }

  async afterRestore(
    instance: Instance,
    session: string,
    found: RecordFields | null,
    tasks: readonly RecordFields[],
  ): Promise<void> {
    await this.afterFlush(instance);
    const view = await this.view();
    if (found !== null) this.#listed(instance, SESSIONS, found, view.quarantined);
    for (const task of tasks) this.#listed(instance, TASKS, task, view.quarantined);
    const stored = [...view.tasks.values()].filter(
      ({ fields }) => fields.session_id === session && isUnfinished(fields.status),
    );
    const there = found === null ? 0 : stored.length;
    expect(tasks.length === there, `restored ${tasks.length} tasks of ${there}`);
  }

  async afterIncomplete(found: readonly RecordFields[]): Promise<void> {
    const { sessions, tasks } = await this.view();
    const expected = [...sessions.values()].filter(
      ({ key, fields }) =>
        isUnfinished(fields.status) ||
        [...tasks.values()].some(
          (task) => task.fields.session_id === key && isUnfinished(task.fields.status),
        ),
    );
    const keys = (some: readonly unknown[]) => JSON.stringify([...some].sort());
    const [shown, stored] = [
      found.map(({ session_id }) => session_id),
      expected.map(({ key }) => key),
    ];
    expect(keys(shown) === keys(stored), `unfinished are ${shown}, expected ${stored}`);
  }

  /** Lists show what is stored; an older write of the record may still be in quarantine. */
  #listed(
    instance: Instance,
    collection: Collection,
    item: RecordFields,
    quarantined: StoreView['quarantined'],
  ): void {
    const key = String(item[collection.key]);
    const isWhole = quarantined.every(({ write }) => write.key !== key);
    checkShown(this.truth, instance, collection, key, item, isWhole);
    instance.hasSeen(versionAt(Number(item.updated_at)));
  }

  async #expectNoOrphans(of: (parent: string) => boolean): Promise<void> {
    const { of: storedOf, quarantined } = await this.view();
    const orphan = quarantined.find(({ collection, missingParent }) => {
      const parents = storedOf(collectionOf(collection).parent?.collection ?? '');
      return missingParent !== null && parents.has(missingParent) && of(missingParent);
    });
    expect(orphan === undefined, `${orphan?.write.key} is still in quarantine: ${orphan?.reason}`);
  }
}

function isUnfinished(status: unknown): boolean {
  return !FINISHED_STATUSES.some((finished) => finished === status);
}

function same(one: object, collection: Collection, write: Parameters<typeof meaningOf>[1]) {
  return JSON.stringify(one) === JSON.stringify(meaningOf(collection, write));
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
