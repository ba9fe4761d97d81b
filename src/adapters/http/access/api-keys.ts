import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from './access.js';

/** The configured keys, looked up by the token that a client sends. */
export class ApiKeys {
  readonly #keys: readonly { readonly key: ApiKey; readonly hash: Buffer }[];

  constructor(keys: readonly ApiKey[]) {
    this.#keys = keys.map((key) => ({ key, hash: Buffer.from(key.sha256, 'hex') }));
  }

  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  /**
   * Returns the key of a token, or null. Compares all hashes completely in every case, so the
   * duration reveals nothing about the keys.
   */
  find(token: string): ApiKey | null {
    const sent = createHash('sha256').update(token).digest();
    let found: ApiKey | null = null;
    for (const { key, hash } of this.#keys) {
      if (timingSafeEqual(hash, sent)) found = key;
    }
    return found;
  }
}
