import type { FreshDatabase } from '../../test/support/mysql-servers/fresh-database.js';

/** Where a service keeps everything: its folder, and a database when the store is MySQL. */
export interface Place {
  readonly folder: string;
  /** Null for SQLite, whose file lies in the folder. */
  readonly database: FreshDatabase | null;
}

/** The parts of a database's URL, as the configuration names them. */
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
