import type { Connection, QueryOptions, QueryValues } from 'mysql2/promise';

/** The timeout of a statement that may take any time, such as the change of a large table. */
export const UNLIMITED = 0;

/**
 * A connection whose `query` fails after `timeout` milliseconds without an answer, unless the
 * statement has a timeout of its own. A server that froze would otherwise be waited for for hours.
 */
export function limited(connection: Connection, timeout: number): Connection {
  const query = (statement: string | QueryOptions, values?: QueryValues) => {
    const options = typeof statement === 'string' ? { sql: statement } : statement;
    return connection.query({ timeout, ...options }, values);
  };
  return new Proxy(connection, {
    get(target, name) {
      return name === 'query' ? query : Reflect.get(target, name, target);
    },
  });
}
