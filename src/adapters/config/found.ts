import { CONFIG_KEYS } from './schema.js';

/** A value as it was found, and where. */
export interface Found {
  /** Such as `buffer.max_buffer_size`. */
  readonly key: string;
  readonly value: unknown;
  /** Such as `environment variable BUFFER_MAX_BUFFER_SIZE`. */
  readonly source: string;
}

/** What was found in one source; `problems` and `warnings` in words, without values of secrets. */
export interface Reading {
  readonly found: readonly Found[];
  readonly problems: readonly string[];
  /** What does not stop the start, and somebody should know. */
  readonly warnings?: readonly string[];
}

export const SECTIONS: ReadonlySet<string> = new Set(CONFIG_KEYS.map(([section]) => section));
export const KEYS: ReadonlySet<string> = new Set(
  CONFIG_KEYS.map(([section, name]) => `${section}.${name}`),
);
