import type { Scope } from '../../domain/scopes.js';

/** The context of a request, from the first middleware to the last. */
export interface HttpEnvironment {
  /** Provided by the HTTP server; absent if a test calls the app directly. */
  readonly Bindings: {
    readonly incoming?: {
      readonly socket: { readonly remoteAddress?: string; readonly destroy?: () => unknown };
    };
    readonly head?: RequestHead;
    /** Called if the request has a known key. */
    readonly keyShown?: () => void;
  };
  readonly Variables: {
    requestId: string;
    /** The pattern of the route that answers, such as `/api/v1/translation/sessions/{id}`. */
    route: string;
    /** The name of the known API key of the request. */
    key: string | undefined;
    /** The scopes of that key. */
    scopes: readonly Scope[] | undefined;
    /** True if that key has the scope admin. */
    isAdmin: boolean | undefined;
  };
}

/** Properties of the request head besides method, URL and headers. */
export interface RequestHead {
  /** The value of the Host header; null without one. */
  readonly host: string | null;
  /** The reason for refusing the request before routing; null if it is accepted. */
  readonly refusal: Error | null;
}
