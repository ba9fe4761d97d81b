/** What an answer of success is. Another one comes from a proxy or another program. */
export interface Expected<Found> {
  /** For people, such as `JSON with total, items`. */
  readonly description: string;
  readonly isMetBy: (found: Found) => boolean;
}
