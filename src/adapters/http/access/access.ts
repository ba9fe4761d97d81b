/** What a key may do; `admin` implies the two others, which imply nothing. */
export type Scope = 'read' | 'write' | 'admin';

/**
 * Who may use a route: `open` to all and never limited, for probes; `public` to all; `metrics` and
 * `docs` as the settings say (a key that may read, or all); else a key with that scope.
 */
export type Access = 'open' | 'public' | 'metrics' | 'docs' | Scope;

export interface AccessSettings {
  /** None: everything is open to all. */
  readonly apiKeys: readonly ApiKey[];
  /** Names or addresses, without ports, that are served while there are no keys; loopback always is. */
  readonly allowedHosts: readonly string[];
  readonly publicMetrics: boolean;
  readonly publicDocs: boolean;
  /** Requests a second of one key, or of one address without a key; 0 for no limit. */
  readonly rateLimit: number;
}

export interface ApiKey {
  /** For people and the log; never secret. */
  readonly name: string;
  /** SHA-256 of the token, in lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
}

/** The scope that a route needs; null when it needs no key. */
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
