import { createHash } from 'node:crypto';
import type { ApiKey } from '../../../src/adapters/http/access/access.js';
import type { Scope } from '../../../src/domain/scopes.js';

/** A configured key, and the token of its client. */
export function anApiKey(name: string, ...scopes: readonly Scope[]) {
  const token = `psk_token-of-${name}`;
  const sha256 = createHash('sha256').update(token).digest('hex');
  const key: ApiKey = { name, sha256, scopes };
  return { key, token };
}

export function bearer(token: string): RequestInit & { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${token}` } };
}
