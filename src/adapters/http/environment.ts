/** What a request carries along from the first middleware to the last. */
export interface HttpEnvironment {
  /** What the HTTP server gives along; nothing when a test calls the app itself. */
  readonly Bindings: {
    readonly incoming?: {
      readonly socket: { readonly remoteAddress?: string; readonly destroy?: () => unknown };
    };
    readonly head?: RequestHead;
    /** Called when the request has a key that is known. */
    readonly keyShown?: () => void;
  };
  readonly Variables: {
    requestId: string;
    /** The pattern of the route that answers, such as `/api/v1/translation/sessions/{id}`. */
    route: string;
    /** The name of the API key that was sent, if it is one. */
    key: string | undefined;
    /** True when that key may administer. */
    isAdmin: boolean | undefined;
  };
}

/** What the head of a request says beside method, URL and headers. */
export interface RequestHead {
  /** As the Host header has it; null without one. */
  readonly host: string | null;
  /** Why the request is refused before its route is looked for; null when it is not. */
  readonly refusal: Error | null;
}
