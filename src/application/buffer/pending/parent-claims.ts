import type { Collection } from '../../../domain/collection.js';
import type { Write } from '../../../domain/write.js';

/**
 * The parents of writes that are being journaled. Two concurrent batches see each other through it,
 * so only one of them can decide the parent of a new record.
 */
export class ParentClaims {
  readonly #claims = new Map<string, { readonly parent: string; writes: number }>();

  /** Null if no write of this key is being journaled. */
  parentOf(key: string): string | null {
    return this.#claims.get(key)?.parent ?? null;
  }

  /** No write of these keys that is being journaled may name another parent. */
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
