import { type Column, type SQL, sql } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import type { SqlDialect, SqlText } from '../sql/dialect.js';
import type { ColumnSpec } from '../sql/tables/columns.js';

export class SqliteDialect implements SqlDialect {
  /** A writer has the whole file locked. */
  readonly forUpdate = sql``;
  readonly #dialect = new SQLiteSyncDialect();

  render(statement: SQL): SqlText {
    const { sql: text, params } = this.#dialect.sqlToQuery(statement);
    return { text, params };
  }

  incoming(column: Column): SQL {
    return sql`excluded.${sql.identifier(column.name)}`;
  }

  onConflict(key: Column): SQL {
    return sql`on conflict (${sql.identifier(key.name)}) do update set`;
  }

  encode(_kind: ColumnSpec['kind'], value: string | number): string | number {
    return value;
  }

  decode(kind: ColumnSpec['kind'], value: unknown): string | number {
    switch (kind) {
      case 'id':
      case 'string':
      case 'text':
      case 'json':
        return String(value);
      case 'integer':
      case 'ratio':
      case 'instant':
      case 'version':
      case 'bits':
        return Number(value);
    }
  }
}
