import { CONFIG_KEYS } from './schema.js';

/** A configured value and its source. */
export interface Found {
  /** Such as `buffer.max_buffer_size`. */
  readonly key: string;
  readonly value: unknown;
  /** Such as `environment variable BUFFER_MAX_BUFFER_SIZE`. */
  readonly source: string;
}

/** The values of one source; `problems` and `warnings` are texts without values of secrets. */
export interface Reading {
  readonly found: readonly Found[];
  readonly problems: readonly string[];
  /** Do not stop the start, but are reported. */
  readonly warnings?: readonly string[];
}

export const SECTIONS: ReadonlySet<string> = new Set(CONFIG_KEYS.map(([section]) => section));
export const KEYS: ReadonlySet<string> = new Set(
  CONFIG_KEYS.map(([section, name]) => `${section}.${name}`),
);
