import type { Scope } from '../../../domain/scopes.js';

/**
 * Who may use a route. `open`: everyone, never rate-limited, for health probes. `public`: everyone.
 * `metrics` and `docs`: everyone, or only keys with the scope read, depending on the settings.
 * Otherwise: keys with that scope.
 */
export type Access = 'open' | 'public' | 'metrics' | 'docs' | Scope;

export interface AccessSettings {
  /** Empty: no key is required. */
  readonly apiKeys: readonly ApiKey[];
  /**
   * Host names or addresses, without ports, that are served if there are no keys; loopback always
   * is.
   */
  readonly allowedHosts: readonly string[];
  readonly publicMetrics: boolean;
  readonly publicDocs: boolean;
  /** Requests per second of one key, or of one address without a key; 0 for no limit. */
  readonly rateLimit: number;
}

export interface ApiKey {
  /** For people and the log; never secret. */
  readonly name: string;
  /** SHA-256 of the token, in lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
}

/** The scope that a route requires; null if it requires no key. */
export function scopeFor(access: Access, settings: AccessSettings): Scope | null {
  switch (access) {
    case 'open':
    case 'public':
      return null;
    case 'metrics':
      return settings.publicMetrics ? null : 'read';
    case 'docs':
      return settings.publicDocs ? null : 'read';
    default:
      return access;
  }
}

export function permits({ scopes }: ApiKey, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin');
}
