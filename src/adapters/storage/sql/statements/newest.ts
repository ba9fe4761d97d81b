import { type SQL, sql } from 'drizzle-orm';
import { type Version, versionAt } from '../../../../domain/version.js';
import type { Row, SqlDialect } from '../dialect.js';
import type { CollectionTable } from '../tables/collection-table.js';

/** The accepted time of the newest record of a table: one lookup at the end of an index. */
export function newestText(table: CollectionTable): SQL {
  const updatedAt = table.column('updated_at');
  return sql`select ${updatedAt} as newest from ${table.table} order by ${updatedAt} desc limit 1`;
}

/** The index has milliseconds: every version in one is older than the first version of the next. */
export function newestOf(dialect: SqlDialect, row: Row): Version {
  return versionAt(Number(dialect.decode('instant', row.newest)) + 1) - 1;
}
