/**
 * better-sqlite3, in the version that fits this Node: docs/adr/0013-node-versions.md.
 *
 * 12 crashes the process on Node 24 when a statement is garbage-collected; 13 needs Node-API 10,
 * which Node 20 does not have. Both have the same interface, so the types of one package serve
 * both.
 */
import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';
import { ConfigurationError } from '../../ports/configuration-error.js';

const PACKAGE = Number(process.versions.napi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3';
const load = createRequire(import.meta.url);

/** Throws errors of SQLite, and ConfigurationError if the driver is not installed for this Node. */
export function openDatabase(
  path: string,
  options?: BetterSqlite3.Options,
): BetterSqlite3.Database {
  try {
    const Database = load(PACKAGE) as typeof BetterSqlite3;
    return new Database(path, options);
  } catch (error) {
    if (!isOfLoading(error)) throw error;
    throw new ConfigurationError(
      `${PACKAGE} is not installed for Node ${process.versions.node}. The packages were installed with another version of Node, or without their install scripts. In a checkout run "npm ci" and "npm run build" again; in an installed package, "npm rebuild ${PACKAGE} --ignore-scripts=false", which may compile it and then needs python3, make and g++.`,
    );
  }
}

/** Such as 13.2.0. */
export function driverVersion(): string {
  return (load(`${PACKAGE}/package.json`) as { readonly version: string }).version;
}

/** The package is missing, or was not compiled, or was compiled for another Node. */
function isOfLoading(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_DLOPEN_FAILED') return true;
  return String(message).startsWith('Could not locate the bindings file');
}
