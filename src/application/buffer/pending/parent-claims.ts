import type { Collection } from '../../../domain/collection.js';
import type { Write } from '../../../domain/write.js';

/**
 * The parents that writes name while they are on their way into the journal: two batches that come
 * at the same time so see one another, and only one of them can say where a new record belongs.
 */
export class ParentClaims {
  readonly #claims = new Map<string, { readonly parent: string; writes: number }>();

  /** Null when nothing is on its way under this key. */
  parentOf(key: string): string | null {
    return this.#claims.get(key)?.parent ?? null;
  }

  /** Nothing under these keys may be on its way that names another parent. */
  claim({ parent }: Collection, writes: readonly Write[]): void {
    if (parent === null) return;
    for (const { key, fields } of writes) {
      const claim = this.#claims.get(key);
      if (claim === undefined)
        this.#claims.set(key, { parent: String(fields[parent.field]), writes: 1 });
      else claim.writes += 1;
    }
  }

  release({ parent }: Collection, writes: readonly Write[]): void {
    if (parent === null) return;
    for (const { key } of writes) {
      const claim = this.#claims.get(key);
      if (claim === undefined) continue;
      claim.writes -= 1;
      if (claim.writes === 0) this.#claims.delete(key);
    }
  }
}
