import type { Collection } from '../../../domain/collection.js';
import type {
  Quarantine,
  QuarantinedRecord,
  QuarantineRow,
  Refusal,
  SliceLimit,
} from '../../../ports/quarantine.js';

type Ask = <Answer>(question: () => Promise<Answer>) => Promise<Answer>;

/** The quarantine of a store, behind the circuit breaker of that store. */
export class GuardedQuarantine implements Quarantine {
  constructor(
    private readonly inner: Quarantine,
    private readonly ask: Ask,
    private readonly change: Ask = ask,
  ) {}

  add(collection: Collection, refusals: readonly Refusal[], at: number) {
    return this.change(() => this.inner.add(collection, refusals, at));
  }

  put(collection: Collection, records: readonly QuarantinedRecord[]) {
    return this.change(() => this.inner.put(collection, records));
  }

  list(offset: number, limit: SliceLimit) {
    return this.ask(() => this.inner.list(offset, limit));
  }

  count() {
    return this.ask(() => this.inner.count());
  }

  get(ids: readonly string[]) {
    return this.ask(() => this.inner.get(ids));
  }

  find(collection: Collection, keys: readonly string[]) {
    return this.ask(() => this.inner.find(collection, keys));
  }

  after(id: string | null, limit: SliceLimit) {
    return this.ask(() => this.inner.after(id, limit));
  }

  waitingFor(
    collection: Collection,
    parents: readonly string[],
    id: string | null,
    limit: SliceLimit,
  ) {
    return this.ask(() => this.inner.waitingFor(collection, parents, id, limit));
  }

  missingParents(collection: Collection, after: string | null, limit: number) {
    return this.ask(() => this.inner.missingParents(collection, after, limit));
  }

  remove(rows: readonly QuarantineRow[]) {
    return this.change(() => this.inner.remove(rows));
  }

  drop(id: string) {
    return this.change(() => this.inner.drop(id));
  }
}
