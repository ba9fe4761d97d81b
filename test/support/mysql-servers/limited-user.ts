import { onTestFinished } from 'vitest';
import { withConnection } from './connection.js';

/** With every character that a statement or a URL could take for its own. */
export const PASSWORD = `open-"sesame"-'%-§`;

/**
 * Creates a user with the password and these privileges, such as `select on a_database.*`; the user
 * is dropped when the test is over. Returns a URL of the database for that user.
 */
export async function aUser(
  server: { readonly url: string },
  name: string,
  database: string,
  privileges: string,
): Promise<string> {
  const user = `'${name}'@'%'`;
  await withConnection(server.url, async (query) => {
    await query(`create user ${user} identified by '${PASSWORD.replaceAll("'", "''")}'`);
    await query(`grant ${privileges} to ${user}`);
  });
  onTestFinished(async () => {
    await withConnection(server.url, (query) => query(`drop user ${user}`));
  });
  const url = new URL(server.url);
  url.username = name;
  url.password = encodeURIComponent(PASSWORD);
  url.pathname = `/${database}`;
  return url.href;
}
