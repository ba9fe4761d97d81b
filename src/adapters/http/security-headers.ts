/**
 * For every answer that has not set them itself. Nothing here is meant to be framed, sniffed or
 * kept by a cache; Strict-Transport-Security is for the proxy that ends TLS to say.
 */
const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cache-control', 'no-store'],
];

export function secure(headers: Headers): void {
  for (const [name, value] of HEADERS) if (!headers.has(name)) headers.set(name, value);
}
