/** A server of one's own, for tests that pull the database away: nothing else uses it. */
export interface PrivateServer {
  /** Such as `MariaDB 10.11.19`. */
  readonly label: string;
  /** `mysql://root@127.0.0.1:<port>`, the same over restarts; root has no password. */
  readonly url: string;
  /** Of the running server process; 0 while it is down. */
  readonly pid: number;
  /** Holds the data, the socket and the log. */
  readonly folder: string;
  /** A clean shutdown that keeps the data; throws when it takes longer than 30 s. */
  stop(): Promise<void>;
  /** kill -9, and its end awaited; keeps the data. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port, after a clean stop if it still runs. */
  restart(): Promise<void>;
  /** Ends it and removes its folder; happens by itself when the process that started it ends. */
  dispose(): Promise<void>;
}

export interface PrivateServerOptions {
  /** More server arguments, such as `--max-allowed-packet=1M`; none may hold white space. */
  readonly args?: readonly string[];
}

export type StartPrivateServer = (options?: PrivateServerOptions) => Promise<PrivateServer>;

/** Such a server cannot be had on this machine: a reason to skip, visibly, not to fail. */
export class ServerNotAvailable extends Error {
  override readonly name = 'ServerNotAvailable';
}

/**
 * Arguments that both products take, on top of their defaults. `tmpdir` keeps temporary files
 * inside the private folder, where a kill leaves them to be removed. Durability stays at its
 * default of one fsync a commit: crash tests rely on it.
 */
export function cheapServerArgs(temporaryFolder: string): string[] {
  return [
    `--tmpdir=${temporaryFolder}`,
    '--innodb-buffer-pool-size=256M',
    '--innodb-flush-log-at-trx-commit=1',
    '--performance-schema=OFF',
  ];
}

export const START_TIMEOUT_MS = 45_000;
export const STOP_TIMEOUT_MS = 30_000;
