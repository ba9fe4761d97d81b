import { VERSION } from '../../src/version.js';
import { anHttpApp } from '../../test/support/http/http-app.js';

/** A key that nobody has: with keys, the document says which scope each route needs. */
const apiKeys = [{ name: 'documented', sha256: '0'.repeat(64), scopes: [] }];

/** The document that the service of this checkout, with API keys, serves at /openapi.json. */
export async function servedDocument(): Promise<object> {
  const { app } = anHttpApp({}, { version: VERSION, access: { apiKeys } });
  const response = await app.request('/openapi.json');
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as object;
}
