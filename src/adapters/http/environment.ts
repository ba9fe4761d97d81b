/** What a request carries along from the first middleware to the last. */
export interface HttpEnvironment {
  /** What the HTTP server gives along; nothing when a test calls the app itself. */
  readonly Bindings: {
    readonly incoming?: { readonly socket: { readonly remoteAddress?: string } };
  };
  readonly Variables: {
    requestId: string;
    /** The pattern of the route that answers, such as `/api/v1/translation/sessions/{id}`. */
    route: string;
    /** The name of the API key that was sent, if it is one. */
    key: string | undefined;
  };
}
