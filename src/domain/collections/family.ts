import type { Collection, CollectionName } from '../collection.js';
import { COLLECTIONS } from './list.js';

const byName = new Map(COLLECTIONS.map((collection) => [collection.name, collection]));

/** Throws a plain error for an unknown name, which is a bug. */
export function collectionOf(name: CollectionName): Collection {
  const collection = byName.get(name);
  if (collection === undefined) throw new Error(`there is no collection ${name}`);
  return collection;
}

/**
 * The collections whose records belong to records of this one, with the field that names the
 * parent.
 */
export function childrenOf({ name }: Collection): readonly Child[] {
  return COLLECTIONS.flatMap((collection) =>
    collection.parent?.collection === name ? [{ collection, field: collection.parent.field }] : [],
  );
}

export interface Child {
  readonly collection: Collection;
  readonly field: string;
}

/** Children, their children and so on, parents first. */
export function descendantsOf(collection: Collection): readonly Collection[] {
  return childrenOf(collection).flatMap(({ collection: child }) => [
    child,
    ...descendantsOf(child),
  ]);
}
