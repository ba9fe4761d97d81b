/** What a request carries along from the first middleware to the last. */
export interface HttpEnvironment {
  readonly Variables: {
    requestId: string;
    /** The pattern of the route that answers, such as `/api/v1/translation/sessions/{id}`. */
    route: string;
  };
}
