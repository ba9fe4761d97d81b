import { describe, inject, type TestContext } from 'vitest';
import { createDatabase, type FreshDatabase } from './fresh-database.js';
import {
  type PrivateServer,
  type PrivateServerOptions,
  ServerNotAvailable,
  type StartPrivateServer,
} from './private-server.js';
import type { MysqlHarness, MysqlServer } from './provided.js';

function harness(): MysqlHarness {
  const provided: MysqlHarness | undefined = inject('mysqlHarness');
  if (provided === undefined) {
    throw new Error('no global setup of MySQL servers ran: see the projects in vitest.config.ts');
  }
  return provided;
}

/** The servers of this run; empty if there is none, which the global setup has reported. */
export function mysqlServers(): readonly MysqlServer[] {
  return harness().servers;
}

/** One suite per server, named after it; without any server, its tests are listed as skipped. */
export function describeOnMysqlServers(name: string, body: (server: MysqlServer) => void): void {
  const servers = mysqlServers();
  for (const server of servers) describe(`${name} on ${server.label}`, () => body(server));
  if (servers.length > 0) return;
  const nowhere = { label: 'no server', url: 'mysql://no-server.invalid' };
  describe.skip(`${name} (MySQL NOT TESTED)`, () => body(nowhere));
}

/** An empty database on one of these servers, or on a private one; the caller drops it. */
export function freshDatabase(server: Pick<MysqlServer, 'url'>): Promise<FreshDatabase> {
  return createDatabase(server.url, harness().run);
}

/**
 * Starts a private server for one test and disposes of it afterwards; skips the test, with a
 * visible line, if such a server is not available.
 */
export async function privateServerFor(
  context: TestContext,
  start: StartPrivateServer,
  options?: PrivateServerOptions,
): Promise<PrivateServer> {
  const server = await start(options).catch((error: unknown) => {
    if (!(error instanceof ServerNotAvailable)) throw error;
    console.warn(`NOT TESTED: ${error.message}`);
    return context.skip(error.message);
  });
  context.onTestFinished(() => server.dispose());
  return server;
}
