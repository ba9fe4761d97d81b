/** A server on which tests create their own databases, and change nothing else. */
export interface MysqlServer {
  /** Such as `MariaDB 10.11.19` or `MySQL 9.7.0`. */
  readonly label: string;
  /** `mysql://user:password@host:port`, without a database. */
  readonly url: string;
}

/** Data from the global setup for the test files of a run. */
export interface MysqlHarness {
  /** Identifies this run in the names of its databases. */
  readonly run: string;
  readonly servers: readonly MysqlServer[];
}

declare module 'vitest' {
  export interface ProvidedContext {
    mysqlHarness: MysqlHarness;
  }
}
