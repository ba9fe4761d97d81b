import type { Collection, CollectionName } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections/family.js';
import { COLLECTIONS } from '../../domain/collections/list.js';
import { ConfigurationError } from '../../ports/configuration-error.js';
import type { StorageBackend, StorageRegistry } from '../../ports/storage-backend.js';

/** Routes each collection to a backend by name. */
export class CollectionRegistry implements StorageRegistry {
  readonly #routes: ReadonlyMap<CollectionName, StorageBackend>;

  /**
   * Throws ConfigurationError when a route names a collection or a backend that there is none of,
   * when a collection has no route, or when a family with more than two levels is not in one store.
   */
  constructor(backends: readonly StorageBackend[], routes: ReadonlyMap<string, string>) {
    const collections = COLLECTIONS.map(({ name }) => name);
    for (const name of routes.keys()) {
      if (collections.some((known) => known === name)) continue;
      throw new ConfigurationError(
        `storage.routes: there is no collection "${name}"; there are ${collections.join(', ')}.`,
      );
    }
    this.#routes = new Map(
      collections.map((collection) => {
        const name = routes.get(collection);
        const backend = backends.find((candidate) => candidate.name === name);
        if (backend !== undefined) return [collection, backend];
        const known = backends.map((candidate) => candidate.name).join(', ');
        throw new ConfigurationError(
          name === undefined
            ? `storage.routes: ${collection} has no backend; known: ${known}.`
            : `storage.routes: ${collection} is routed to "${name}", but there is no such backend; known: ${known}.`,
        );
      }),
    );
    this.#checkFamilies();
  }

  backendOf(collection: CollectionName): StorageBackend {
    const backend = this.#routes.get(collection);
    if (backend === undefined) throw new Error(`${collection} has no backend`);
    return backend;
  }

  backends(): readonly StorageBackend[] {
    return [...new Set(this.#routes.values())];
  }

  collectionsOf(backend: StorageBackend): readonly CollectionName[] {
    return [...this.#routes].filter(([, routed]) => routed === backend).map(([name]) => name);
  }

  /**
   * A family with more than two levels is in one store, which then checks all parents, and deletes
   * all levels in one transaction (docs/adr/0011-deletes-are-writes.md).
   */
  #checkFamilies(): void {
    for (const { name, parent } of COLLECTIONS) {
      const family = [...ancestorsOf(parent), name];
      if (family.length <= 2) continue;
      const backends = family.map((member) => this.backendOf(member).name);
      if (new Set(backends).size === 1) continue;
      const routes = family.map((member, level) => `${member}=${backends[level]}`).join(', ');
      throw new ConfigurationError(
        `storage.routes: found ${routes}. Records of these collections belong to one another on more than two levels: route all of them to the same backend.`,
      );
    }
  }
}

/** The names of the collections above, outermost first. */
function ancestorsOf(parent: Collection['parent']): readonly CollectionName[] {
  if (parent === null) return [];
  return [...ancestorsOf(collectionOf(parent.collection).parent), parent.collection];
}
