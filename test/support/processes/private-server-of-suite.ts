import { afterAll, beforeAll, beforeEach } from 'vitest';
import {
  type PrivateServer,
  ServerNotAvailable,
  type StartPrivateServer,
} from '../mysql-servers/private-server.js';

/**
 * A server for all tests of a suite, removed after them; if it is not available they are skipped.
 * The returned function returns it, within a test.
 */
export function privateServerOfSuite(start: StartPrivateServer): () => PrivateServer {
  let server: PrivateServer | null = null;
  let missing = 'the server was not started';
  beforeAll(async () => {
    try {
      server = await start();
    } catch (error) {
      if (!(error instanceof ServerNotAvailable)) throw error;
      missing = error.message;
      console.warn(`NOT TESTED: ${missing}`);
    }
  });
  beforeEach((context) => {
    if (server === null) context.skip(missing);
  });
  afterAll(() => server?.dispose());
  return () => {
    if (server === null) throw new Error(missing);
    return server;
  };
}
