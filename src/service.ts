import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { buildParts, type Config, type Parts } from './container.js';
import { ServiceError } from './domain/errors.js';

/** Between two looks for idle connections while shutting down, milliseconds. */
const IDLE_CHECK = 20;

export interface RunningService {
  readonly url: string;
  /** Orderly shutdown, at most once; true when everything accepted is stored. */
  stop(): Promise<boolean>;
}

/**
 * Starts the service: opens what it stands on, takes back what the journal holds, then listens.
 * Throws ConfigurationError when it can't start as configured.
 */
export async function startService(config: Config): Promise<RunningService> {
  const parts = buildParts(config);
  const { logger, clock, buffer } = parts;
  const begun = clock.monotonic();
  try {
    warnOfDurability(config, parts);
    await parts.quarantine.open();
    await parts.journal.open();
    for (const backend of parts.registry.backends()) await openBackend(parts, backend);
    const records = await parts.restart.run();
    const server = createAdaptorServer({ fetch: parts.app.fetch });
    await listen(server, config);
    const url = urlOf(server, config.service.host);
    const took = Math.round(clock.monotonic() - begun);
    logger.info({ url, replayed: records, started_in_ms: took }, `Listening on ${url}`);
    if (records > 0) buffer.flush().catch(() => undefined);
    return { url, stop: () => stop(server, parts, config.service.shutdown_timeout) };
  } catch (error) {
    await closeAll(parts);
    throw error;
  }
}

/** A store that is down does not keep the service from starting: it accepts, and stores later. */
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
      'Storage cannot be reached; it is tried again',
    );
  }
}

function warnOfDurability({ buffer }: Config, { logger }: Parts): void {
  if (buffer.durability === 'journal') {
    logger.warn(
      {},
      'buffer.durability is journal, but this version keeps its journal in memory: a crash loses what was not flushed',
    );
  }
}

function listen(server: ServerType, { service }: Config): Promise<void> {
  const { host, port } = service;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === undefined ? error : new ListenError(listenProblem(error.code, host, port)),
      );
    });
    server.listen(port, host, () => resolve());
  });
}

/** The port can't be had; exit code 1. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

function listenProblem(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop what uses it, or set service.port.`;
    case 'EACCES':
      return `Port ${port} on ${host} may not be used by this user. Choose one above 1023 with service.port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Set service.host.`;
    default:
      return `Listening on ${host}:${port} failed (${code}).`;
  }
}

function urlOf(server: ServerType, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Not ready → accept no more → finish requests → flush → close, within the time-out. */
async function stop(server: ServerType, parts: Parts, timeoutSeconds: number): Promise<boolean> {
  const { logger, clock, buffer } = parts;
  logger.info({}, 'Shutting down');
  parts.checkHealth.stop();
  parts.acceptBatch.stop();
  const deadline = new Promise<boolean>((resolve) => {
    // Not the injected clock: its timers would let the process end before the time is over.
    setTimeout(() => resolve(false), timeoutSeconds * 1000).unref();
  });
  const begun = clock.monotonic();
  const stored = await Promise.race([finish(server, parts), deadline]);
  const { pending } = buffer.snapshot();
  const took = Math.round(clock.monotonic() - begun);
  if (stored) logger.info({ took_ms: took }, 'Everything accepted is stored');
  else
    logger.warn({ took_ms: took, pending }, 'Records that are not stored are kept in the journal');
  await Promise.race([closeAll(parts), deadline]);
  return stored;
}

async function finish(server: ServerType, { buffer, logger }: Parts): Promise<boolean> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that is kept alive would hold `close` up for as long as its client likes, and one
  // in use becomes idle only after its answer.
  const idle = setInterval(() => {
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  }, IDLE_CHECK);
  await closed;
  clearInterval(idle);
  buffer.stop();
  try {
    await buffer.flush();
    return true;
  } catch (error) {
    logger.warn({ err: error }, 'The last flush failed');
    return false;
  }
}

async function closeAll({ registry, journal, quarantine, buffer, logger }: Parts): Promise<void> {
  buffer.stop();
  for (const backend of registry.backends()) await backend.close();
  await journal.close();
  await quarantine.close();
  await logger.close();
}
