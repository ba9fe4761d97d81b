import { buildParts, type Config, type Parts } from './container.js';
import { ServiceError } from './domain/errors.js';
import { closeServer } from './process/close-server.js';
import { listen } from './process/listen.js';
import { logAddresses, logStart } from './process/start-log.js';
import { logStrayErrors } from './process/stray-errors.js';
import { LATE, within } from './process/within.js';

/** Shares of the shutdown timeout: for open requests, and for everything but closing. */
const REQUESTS_SHARE = 0.5;
const STORING_SHARE = 0.9;

export interface RunningService {
  readonly url: string;
  /**
   * Orderly shutdown, at most once; true if everything accepted is stored. `spent`: milliseconds of
   * the shutdown timeout that have passed already.
   */
  stop(spent: number): Promise<boolean>;
}

/**
 * Starts the service: opens the stores and the journal, replays the journal, then listens.
 * `configFile` names, for people, the source of the configuration. Throws ConfigurationError if it
 * cannot start as configured.
 */
export async function startService(config: Config, configFile: string): Promise<RunningService> {
  const parts = buildParts(config);
  const { logger, clock, buffer, server } = parts;
  const begun = clock.monotonic();
  const leaveProcess = logStrayErrors(logger);
  try {
    logStart(config, configFile, parts);
    await parts.journal.open();
    for (const backend of parts.registry.backends()) await openBackend(parts, backend);
    const records = await parts.restart.run();
    await parts.tombstoneUpkeep.begin();
    const url = await listen(server, config.service);
    const took = Math.round(clock.monotonic() - begun);
    logger.info({ url, replayed: records, started_in_ms: took }, `Listening on ${url}`);
    logAddresses(config, url, parts);
    if (records > 0) buffer.flush().catch(() => undefined);
    if (config.retention.enabled) parts.retention.start();
    parts.orphanWatch.start();
    parts.tombstoneUpkeep.start();
    return { url, stop: (spent) => stop(parts, config, spent) };
  } catch (error) {
    parts.journalFolder.giveUp();
    await closeAll(parts);
    leaveProcess();
    throw error;
  }
}

/**
 * An unreachable store does not prevent a start: the service accepts writes, and stores them later.
 */
async function openBackend(
  parts: Parts,
  backend: ReturnType<Parts['registry']['backends']>[number],
) {
  try {
    await backend.open();
    parts.logger.info({ backend: backend.name, driver: backend.driver }, 'Storage is open');
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    parts.logger.error(
      { err: error, backend: backend.name },
      'Storage cannot be reached; the service retries',
    );
  }
}

/** Not ready → accept nothing → finish requests → flush → close, within the timeout. */
async function stop(parts: Parts, config: Config, spent: number): Promise<boolean> {
  const { logger, clock, buffer, server } = parts;
  const timeout = config.service.shutdown_timeout * 1000;
  const begun = clock.monotonic() - spent;
  const left = (share: number) => Math.max(0, timeout * share - (clock.monotonic() - begun));
  logger.info({}, 'Shutting down');
  parts.checkHealth.stop();
  parts.acceptBatch.stop();
  parts.retention.stop();
  parts.orphanWatch.stop();
  parts.tombstoneUpkeep.stop();
  if ((await within(left(REQUESTS_SHARE), closeServer(server))) === LATE) {
    logger.warn({}, 'Requests that did not end in time are aborted');
    server.closeAllConnections();
  }
  const outcome = await within(left(STORING_SHARE), storeAll(parts));
  const { pending } = buffer.snapshot();
  const fields = { took_ms: Math.round(clock.monotonic() - begun), pending };
  if (outcome === true) logger.info(fields, 'Everything accepted is stored');
  else if (config.buffer.durability === 'journal')
    logger.warn(fields, 'Records that are not stored are kept in the journal');
  else if (config.buffer.durability === 'stored')
    logger.warn(fields, 'The store did not answer; batches that waited for it were refused');
  else logger.error(fields, 'Accepted records that are not stored are lost: there is no journal');
  await within(left(1), closeAll(parts));
  return outcome === true;
}

async function storeAll({ buffer, journal, tombstoneUpkeep, logger }: Parts): Promise<boolean> {
  buffer.stop();
  try {
    await buffer.flush();
    // A flush that succeeds leaves a record on which the store fails.
    if (buffer.snapshot().pending > 0) return false;
    await journal.settle();
    await tombstoneUpkeep.withdraw();
    return true;
  } catch (error) {
    logger.warn({ err: error }, 'The last flush failed');
    return false;
  }
}

/** Closes every part, even if one of them fails; the log last. */
async function closeAll({ registry, journal, buffer, logger }: Parts): Promise<void> {
  buffer.stop();
  for (const part of [...registry.backends(), journal]) {
    try {
      await part.close();
    } catch (error) {
      logger.error({ err: error }, 'A part could not be closed');
    }
  }
  await logger.close();
}
