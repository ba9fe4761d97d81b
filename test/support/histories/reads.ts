import type { Collection } from '../../../src/domain/collection.js';
import { acceptedAt } from '../../../src/domain/version.js';
import { type RecordFields, versionOfField } from '../../../src/domain/write.js';
import type { Instance } from './instance.js';
import { type Accepted, parentOf, type Truth } from './truth.js';

/**
 * The writes of a record that an instance has accepted, and that no delete or drop may have
 * removed.
 */
export function ownWrites(truth: Truth, { by }: Instance, collection: Collection, key: string) {
  return truth.writes.filter(
    (each) =>
      each.by === by &&
      each.collection === collection.name &&
      each.write.key === key &&
      !truth.isCovered(collection, each.write) &&
      !truth.isInDoubt(collection, each.write),
  );
}

/**
 * A record that an instance shows contains everything that this instance has accepted, and only
 * accepted values; none of it was deleted by this instance, or before it flushed. If it is
 * incomplete, some of it may be in quarantine. Throws on a violation.
 */
export function checkShown(
  truth: Truth,
  instance: Instance,
  collection: Collection,
  key: string,
  shown: RecordFields | null,
  isWhole = true,
): void {
  const own = isWhole ? ownWrites(truth, instance, collection, key) : [];
  if (shown === null) {
    if (own.length > 0)
      throw new Error(`${key} is not found, although it was accepted: ${texts(own)}`);
    return;
  }
  const parent = parentOf(collection, { fields: shown });
  // A drop by another instance shows only after a flush.
  const known = ({ at }: { readonly at: number }, what: string, isDirect: boolean) =>
    isDirect && (what === 'delete' || at <= instance.knowsUntil);
  const possible = truth
    .of(collection, key, parent)
    .filter(({ write }) => !truth.isCovered(collection, write, known));
  const must = own.filter(({ write }) => parentOf(collection, write) === parent);
  const expectOneOf = (name: string, values: readonly unknown[]) => {
    const found = JSON.stringify(shown[name]);
    if (values.some((value) => JSON.stringify(value) === found)) return;
    throw new Error(`${key} shows ${name} ${found}, not one of ${JSON.stringify(values)}`);
  };
  for (const { name, rule, initial } of collection.fields) {
    const carrying = (some: readonly Accepted[]) =>
      some.filter(({ write }) => name in write.fields);
    const mine = carrying(must).map(({ write }) => write);
    const newest = Math.max(0, ...mine.map((write) => versionOfField(write, name)));
    const greatest = Math.max(0, ...mine.map(({ fields }) => Number(fields[name])));
    const values = carrying(possible)
      .filter(({ write }) =>
        rule === 'greatest'
          ? Number(write.fields[name]) >= greatest
          : versionOfField(write, name) >= newest,
      )
      .map(({ write }) => write.fields[name]);
    const mayBeAbsent = rule === 'greatest' ? greatest === 0 : mine.length === 0;
    expectOneOf(name, mayBeAbsent ? [...values, initial] : values);
  }
  const times = (some: readonly Accepted[]) => some.map(({ write }) => acceptedAt(write.version));
  const [last, first] = [Math.max(0, ...times(must)), Math.min(...times(must))];
  expectOneOf(
    'updated_at',
    times(possible).filter((at) => at >= last),
  );
  expectOneOf(
    'created_at',
    times(possible).filter((at) => at <= first),
  );
}

function texts(some: readonly Accepted[]): string {
  return JSON.stringify(some.map(({ write }) => write));
}
