/** A private server, for tests that stop the database: nothing else uses it. */
export interface PrivateServer {
  /** Such as `MariaDB 10.11.19`. */
  readonly label: string;
  /** `mysql://root@127.0.0.1:<port>`, the same across restarts; root has no password. */
  readonly url: string;
  /** Process id of the running server; 0 while it is down. */
  readonly pid: number;
  /** Contains the data, the socket and the log. */
  readonly folder: string;
  /** A clean shutdown that keeps the data; throws if it takes longer than 30 s. */
  stop(): Promise<void>;
  /** Sends SIGKILL and waits for the end; keeps the data. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port, after a clean stop if it still runs. */
  restart(): Promise<void>;
  /**
   * Ends it and removes its folder; happens automatically when the process that started it ends.
   */
  dispose(): Promise<void>;
}

export interface PrivateServerOptions {
  /** More server arguments, such as `--max-allowed-packet=1M`; none may hold white space. */
  readonly args?: readonly string[];
}

export type StartPrivateServer = (options?: PrivateServerOptions) => Promise<PrivateServer>;

/** Such a server is not available on this machine: a reason to skip visibly, not to fail. */
export class ServerNotAvailable extends Error {
  override readonly name = 'ServerNotAvailable';
}

/**
 * Arguments that both products accept, in addition to their defaults. `tmpdir` keeps temporary
 * files inside the private folder, where they are removed after a kill. Durability stays at its
 * default of one fsync per commit: crash tests rely on it.
 */
export function cheapServerArgs(temporaryFolder: string): string[] {
  return [
    `--tmpdir=${temporaryFolder}`,
    '--innodb-buffer-pool-size=256M',
    '--innodb-flush-log-at-trx-commit=1',
    '--performance-schema=OFF',
  ];
}

export const START_TIMEOUT_MS = 120_000;
export const STOP_TIMEOUT_MS = 30_000;

/** Folder of the cache (cached-folder.ts) with the data of servers that were never used. */
export const DATA_OF_SERVERS = 'persistence-service-servers';
