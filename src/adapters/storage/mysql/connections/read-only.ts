/** Values of `@@global.read_only` of a server that accepts writes. */
const WRITABLE: ReadonlySet<string> = new Set(['0', 'OFF']);

/**
 * Whether a server is read-only, by the value of its `@@global.read_only`: a number, or since
 * MariaDB 12.0 one of several texts.
 */
export function isReadOnly(value: unknown): boolean {
  return !WRITABLE.has(String(value).toUpperCase());
}
