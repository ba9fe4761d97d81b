import { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'mysql2';
import type { Connection } from 'mysql2/promise';
import type { Logger } from '../../../../ports/logger.js';
import { checkAddress, sslOptions, type TlsSettings } from './tls.js';

const NO_TLS: TlsSettings = { mode: 'disabled', ca: null, cert: null, key: null };

/** A server: an address, or the socket of a server on this machine. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
  /** In the place of host and port; default: none. */
  readonly socket?: string | null;
}

/** The same for every node. */
export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Default: disabled. A socket is never encrypted. */
  readonly tls?: TlsSettings;
  /**
   * Milliseconds after which a connection that is being made counts as lost; default: 5000.
   */
  readonly connectTimeout?: number;
}

export const CONNECT_TIMEOUT = 5000;

/**
 * A server may ignore the character set of the handshake (skip-character-set-client-handshake), or
 * change it (init_connect), and leave each statement in an open transaction (autocommit). The
 * collation is that of the handshake; it is only for literals among each other, because that of a
 * column comes first.
 */
const SESSION = 'set names utf8mb4 collate utf8mb4_general_ci, autocommit = 1';

/** Names servers in errors and logs. */
export function serverName(nodes: readonly NodeAddress[], { user, database }: Login): string {
  const names = nodes.map(
    ({ host, port, socket }) => socket ?? `${host.includes(':') ? `[${host}]` : host}:${port}`,
  );
  return `mysql ${user}@${names.join(',')}/${database}`;
}

/** Makes connections to one node as they are configured, and learns whether `preferred` gets TLS. */
export class Connector {
  readonly #tls: TlsSettings;
  #isPlain = false;

  constructor(
    private readonly node: NodeAddress,
    private readonly login: Login,
    private readonly logger: Logger | null = null,
  ) {
    const { tls = NO_TLS } = login;
    this.#tls = (node.socket ?? null) === null ? tls : NO_TLS;
  }

  /** In errors and logs. */
  get name(): string {
    return serverName([this.node], this.login);
  }

  /** Of every connection: UTF-8 with all planes, UTC, exact numbers. Throws ConfigurationError. */
  #options(): ConnectionOptions {
    const { host, port, socket = null } = this.node;
    const { user, password, database, connectTimeout = CONNECT_TIMEOUT } = this.login;
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
      connectTimeout,
      enableKeepAlive: true,
      ...(ssl === undefined ? {} : { ssl }),
    };
  }

  /**
   * A connection of its own, on which texts are UTF-8 and each statement is a transaction;
   * `withDatabase: false` for a database that does not exist yet.
   */
  async connect({ withDatabase = true } = {}): Promise<Connection> {
    const { database, ...rest } = this.#options();
    const { connectTimeout: timeout = CONNECT_TIMEOUT } = this.login;
    // Loaded here: the driver takes a seventh of a start, and a service on SQLite needs none.
    const { createConnection } = await import('mysql2/promise');
    try {
      const connection = await createConnection(
        withDatabase && database !== undefined ? { ...rest, database } : rest,
      );
      try {
        checkAddress(this.node.host, this.#tls, streamOf(connection));
        await connection.query({ sql: SESSION, timeout });
      } catch (error) {
        closeNow(connection);
        throw error;
      }
      return connection;
    } catch (error) {
      const hasNoTls =
        error instanceof Error && 'code' in error && error.code === 'HANDSHAKE_NO_SSL_SUPPORT';
      if (!hasNoTls || this.#isPlain || this.#tls.mode !== 'preferred') throw error;
      this.#isPlain = true;
      this.logger?.warn(
        { server: this.name },
        'The server does not offer TLS: connections to it are not encrypted. Enable TLS at the server, or set database.tls.mode to disabled',
      );
      return this.connect({ withDatabase });
    }
  }
}

/**
 * Closes a connection that has no statement, or whose statements nobody waits for. `destroy` of
 * mysql2 alone waits for the end of the server too, and keeps the process alive until then: for
 * hours, if the server is frozen or its host is lost.
 */
export function closeNow(connection: Connection): void {
  connection.destroy();
  endStream(connection);
}

/** Closes a connection and fails its statements, which `destroy` of mysql2 leaves without an answer. */
export function endStream(connection: Connection): void {
  const stream = streamOf(connection);
  if (stream instanceof Duplex) stream.destroy();
}

function streamOf(connection: Connection): unknown {
  const { connection: inner } = connection as unknown as { readonly connection: object };
  return (inner as { readonly stream?: unknown }).stream;
}
