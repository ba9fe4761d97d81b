import type { FreshDatabase } from '../../test/support/mysql-servers/fresh-database.js';

/** The data of a service: its folder, and a database if the store is MySQL. */
export interface Place {
  readonly folder: string;
  /** Null for SQLite, whose file is in the folder. */
  readonly database: FreshDatabase | null;
}

/** The parts of a database URL, under the names of the configuration keys. */
export function databaseOf(databaseUrl: string) {
  const { hostname, port, username, pathname } = new URL(databaseUrl);
  return {
    host: hostname,
    port: Number(port),
    user: username,
    password: '',
    database: pathname.slice(1),
  };
}
