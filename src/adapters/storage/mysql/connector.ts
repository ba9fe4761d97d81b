import type { ConnectionOptions } from 'mysql2';
import { type Connection, createConnection } from 'mysql2/promise';
import type { Logger } from '../../../ports/logger.js';
import { checkAddress, sslOptions, type TlsSettings } from './tls.js';

/** Milliseconds after which a connection that is being made counts as lost. */
const CONNECT_TIMEOUT = 5000;
const NO_TLS: TlsSettings = { mode: 'disabled', ca: null, cert: null, key: null };

export interface MysqlConnectionSettings {
  readonly host: string;
  readonly port: number;
  /** Path of the socket of a server on this machine, in the place of host and port; default: none. */
  readonly socket?: string | null;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Default: disabled. A socket is never encrypted. */
  readonly tls?: TlsSettings;
}

/** Names the server in errors and logs. */
export function serverName({
  host,
  port,
  socket,
  user,
  database,
}: MysqlConnectionSettings): string {
  return `mysql ${user}@${socket ?? `${host}:${port}`}/${database}`;
}

/** Makes connections as they are configured, and learns whether `preferred` gets TLS. */
export class Connector {
  readonly #tls: TlsSettings;
  #isPlain = false;

  constructor(
    private readonly settings: MysqlConnectionSettings,
    private readonly logger: Logger | null = null,
  ) {
    const { socket = null, tls = NO_TLS } = settings;
    this.#tls = socket === null ? tls : NO_TLS;
  }

  /** Of every connection: UTF-8 with all planes, UTC, exact numbers. Throws ConfigurationError. */
  options(): ConnectionOptions {
    const { host, port, socket = null, user, password, database } = this.settings;
    const ssl = this.#isPlain ? undefined : sslOptions(host, this.#tls);
    return {
      ...(socket === null ? { host, port } : { socketPath: socket }),
      user,
      password,
      database,
      charset: 'utf8mb4',
      timezone: 'Z',
      decimalNumbers: true,
      supportBigNumbers: true,
      connectTimeout: CONNECT_TIMEOUT,
      enableKeepAlive: true,
      ...(ssl === undefined ? {} : { ssl }),
    };
  }

  /** A connection of its own; `withDatabase: false` for a database that does not exist yet. */
  async connect({ withDatabase = true } = {}): Promise<Connection> {
    const { database, ...rest } = this.options();
    try {
      const connection = await createConnection(
        withDatabase && database !== undefined ? { ...rest, database } : rest,
      );
      try {
        this.check(connection);
      } catch (error) {
        connection.destroy();
        throw error;
      }
      return connection;
    } catch (error) {
      const hasNoTls =
        error instanceof Error && 'code' in error && error.code === 'HANDSHAKE_NO_SSL_SUPPORT';
      if (!hasNoTls || this.#isPlain || this.#tls.mode !== 'preferred') throw error;
      this.#isPlain = true;
      this.logger?.warn(
        { server: serverName(this.settings) },
        'The server does not offer TLS: connections to it are not encrypted. Enable TLS at the server, or set database.tls.mode to disabled',
      );
      return this.connect({ withDatabase });
    }
  }

  /** Throws if the certificate of an open connection is not that of the configured address. */
  check(connection: object): void {
    const { connection: inner = connection } = connection as { readonly connection?: object };
    checkAddress(this.settings.host, this.#tls, (inner as { readonly stream?: unknown }).stream);
  }
}
