import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';

export interface FreshDatabase {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  drop(): Promise<void>;
}

/** A name for a database that nobody else has, on a server of the tests; the database itself is not made yet. */
export function freshDatabase(url: string): FreshDatabase {
  const { hostname, port, username, password } = new URL(url);
  const database = `ps_test_${randomBytes(6).toString('hex')}`;
  return {
    host: hostname,
    port: Number(port === '' ? 3306 : port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database,
    async drop() {
      const connection = await createConnection(url);
      await connection.query(`drop database if exists ${database}`);
      await connection.end();
    },
  };
}
