import { VERSION } from '../../src/version.js';
import { anHttpApp } from '../../test/support/http/http-app.js';

/** The document that the service of this checkout serves at /openapi.json. */
export async function servedDocument(): Promise<object> {
  const { app } = anHttpApp({}, { version: VERSION });
  const response = await app.request('/openapi.json');
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as object;
}
