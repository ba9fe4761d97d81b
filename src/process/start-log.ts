import { resolve } from 'node:path';
import type { Config, Parts } from '../container.js';
import { smallHeapWarning } from '../pending-bytes.js';
import { leftInSqlite, placesOfStores } from '../stores.js';

const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

/**
 * Logs, before anything is opened, which files and stores the service uses, and what may surprise.
 */
export function logStart(config: Config, configFile: string, parts: Parts): void {
  parts.logger.info({ config: configFile, ...placesOf(config, parts) }, 'Starting');
  warnOfOpenDoor(config, parts);
  warnOfDurability(config, parts);
  warnOfHeap(config, parts);
  warnOfRecordsLeft(config, parts);
}

/** Logs what a person who follows the start wants to open; the console is its last line. */
export function logAddresses(config: Config, url: string, parts: Parts): void {
  const { logger, consolePath } = parts;
  const { port } = new URL(url);
  // A browser cannot open the address that stands for every address of this machine.
  const base = EVERY_ADDRESS.has(config.service.host) ? `http://localhost:${port || 80}` : url;
  const { stores, journal } = placesOf(config, parts);
  const files = [...stores, ...(journal === undefined ? [] : [`journal ${journal}`])];
  logger.info({ data: files }, `The data are in ${files.join(', ')}`);
  logger.info({ docs: `${base}/docs` }, `The API is described at ${base}/docs`);
  if (consolePath === null) return;
  const address = base + consolePath;
  logger.info({ console: address }, `The console is at ${address}`);
}

/** The files and stores, with absolute paths. */
function placesOf(config: Config, { registry, journalFolder }: Parts) {
  const { buffer, logging } = config;
  const places = placesOfStores(config);
  return {
    stores: registry.backends().map(({ name }) => places[name]),
    durability: buffer.durability,
    // Otherwise only what an earlier run has left there is read.
    ...(buffer.durability === 'journal' ? { journal: journalFolder.path } : {}),
    ...(logging.file === null ? {} : { log: resolve(logging.file) }),
  };
}

function warnOfOpenDoor({ service, auth }: Config, { logger }: Parts): void {
  if (auth.api_keys.length > 0) return;
  logger.warn(
    { host: service.host, allowed_hosts: auth.allowed_hosts },
    'There are no API keys: everyone who can reach this service may read, write and delete everything. Set auth.api_keys to restrict access',
  );
}

function warnOfDurability({ buffer }: Config, { logger }: Parts): void {
  if (buffer.durability === 'memory') {
    logger.warn(
      { max_buffer_size: buffer.max_buffer_size, flush_interval: buffer.flush_interval },
      'buffer.durability is memory: a crash loses accepted records that are not flushed yet',
    );
  }
}

function warnOfHeap(config: Config, { logger }: Parts): void {
  const warning = smallHeapWarning(config.buffer.max_pending_bytes);
  if (warning !== null) logger.warn({}, warning);
}

/**
 * After a switch to another store the service is empty, although nothing is lost: the log says
 * where the records are.
 */
function warnOfRecordsLeft(config: Config, { logger }: Parts): void {
  const collections = leftInSqlite(config);
  if (collections.length === 0) return;
  const path = resolve(config.sqlite.path);
  logger.warn(
    { path, collections },
    `The SQLite file ${path} still holds records of ${collections.join(' and ')}, which are now stored elsewhere, so they are not shown. "From SQLite to MySQL" in docs/operations.md describes how to move them; then move the file away.`,
  );
}
