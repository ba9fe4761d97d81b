import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TlsMode, TlsSettings } from '../../../src/adapters/storage/mysql/connections/tls.js';
import { MysqlBackend } from '../../../src/adapters/storage/mysql/mysql-backend.js';
import { SystemClock } from '../../../src/adapters/time/system-clock.js';
import { RecordingLogger } from '../../support/application/fakes.js';
import { makeCertificates } from '../../support/mysql-servers/certificates.js';
import { withConnection } from '../../support/mysql-servers/connection.js';
import { startPrivateMariaDb } from '../../support/mysql-servers/private-mariadb.js';
import { startPrivateOracle } from '../../support/mysql-servers/private-oracle.js';
import { privateServerOfSuite } from '../../support/processes/private-server-of-suite.js';
import { SESSIONS, sessionWrite } from '../../support/records/writes.js';
import { connectionOf } from '../../support/stores/mysql-connection.js';
import { BOTH } from '../../support/stores/opened-stores.js';

const certificates = makeCertificates();
afterAll(() => certificates.remove());
const { ca, cert, key, otherCa, expired } = certificates;

const tls = (mode: TlsMode, files: Partial<TlsSettings> = {}): TlsSettings => ({
  mode,
  ca: null,
  cert: null,
  key: null,
  ...files,
});

/** Opens a store with these settings, writes and reads a record; returns the log. */
async function use(url: string, settings: { host?: string; socket?: string; tls?: TlsSettings }) {
  const logger = new RecordingLogger();
  const backend = new MysqlBackend({
    clock: new SystemClock(),
    ...connectionOf(`${url}/jobs`),
    ...settings,
    poolSize: 2,
    migrateOnStart: true,
    collections: BOTH,
    logger,
  });
  try {
    await backend.open();
    await backend.write(SESSIONS, [sessionWrite('s-1', 1)]);
    expect(await backend.read(SESSIONS, 's-1')).not.toBeNull();
    return logger.lines;
  } finally {
    await backend.close();
  }
}

const SERVERS = [
  ['MariaDB', startPrivateMariaDb] as const,
  ...(process.env.TEST_ORACLE_MYSQL_URL === undefined
    ? []
    : [['Oracle MySQL', startPrivateOracle] as const]),
];

describe.each(SERVERS)('a server with TLS: %s', (_name, start) => {
  const server = privateServerOfSuite(() =>
    start({ args: [`--ssl-ca=${ca}`, `--ssl-cert=${cert}`, `--ssl-key=${key}`] }),
  );
  /** Of a user that may connect with TLS only. */
  const secure = async () => {
    await withConnection(server().url, async (query) => {
      await query("create user if not exists secure@'%' require ssl");
      await query("grant all on jobs.* to secure@'%'");
    });
    return server().url.replace('root', 'secure');
  };

  it.each([
    ['preferred', tls('preferred')],
    ['required', tls('required')],
    ['verify-ca', tls('verify-ca', { ca })],
    ['verify-identity', tls('verify-identity', { ca })],
  ])('gets encrypted connections with %s', async (_mode, settings) => {
    const lines = await use(await secure(), { tls: settings });
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('refuses a user who has to use TLS with disabled', async () => {
    await expect(use(await secure(), { tls: tls('disabled') })).rejects.toThrow(/ACCESS_DENIED/);
  });

  it.each([
    ['another authority', tls('verify-ca', { ca: otherCa }), 'set database.tls.ca'],
    ['no authority', tls('verify-ca'), 'set database.tls.ca'],
  ])('is not trusted with %s', async (_what, settings, hint) => {
    await expect(use(server().url, { tls: settings })).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining(hint) as string,
    });
  });

  it('is not trusted under a name that its certificate does not have', async () => {
    const settings = { host: 'localhost', tls: tls('verify-identity', { ca }) };
    await expect(use(server().url, settings)).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining('does not name database.host') as string,
    });
    await use(server().url, { host: 'localhost', tls: tls('verify-ca', { ca }) });
  });

  it('is not opened when a file of the settings cannot be read', async () => {
    const missing = join(ca, '..', 'missing.pem');
    await expect(
      use(server().url, { tls: tls('verify-ca', { ca: missing }) }),
    ).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: `database.tls.ca: ${missing} cannot be read (ENOENT). Name a PEM file that the service may read.`,
    });
  });
});

describe('a server whose certificate has expired', () => {
  const server = privateServerOfSuite(() =>
    startPrivateMariaDb({ args: [`--ssl-ca=${ca}`, `--ssl-cert=${expired}`, `--ssl-key=${key}`] }),
  );

  it('is trusted only where certificates are not verified', async () => {
    await use(server().url, { tls: tls('required') });
    await expect(use(server().url, { tls: tls('verify-ca', { ca }) })).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining('is not valid at this time') as string,
    });
  });
});

describe('a server without TLS', () => {
  const server = privateServerOfSuite(startPrivateMariaDb);

  it('gets plain connections with preferred, and the log says so once', async () => {
    const lines = await use(server().url, { tls: tls('preferred') });
    expect(lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'The server does not offer TLS: connections to it are not encrypted. Enable TLS at the server, or set database.tls.mode to disabled',
    ]);
  });

  it('is not used where encryption is required', async () => {
    await expect(use(server().url, { tls: tls('required') })).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining('does not offer TLS') as string,
    });
  });

  it('is reached through its socket, whatever host and port say', async () => {
    const socket = join(server().folder, 'server.sock');
    await use(server().url.replace(/:\d+$/, ':1'), { socket });
    const away = use(server().url, { socket: `${socket}.missing` });
    await expect(away).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });
});
