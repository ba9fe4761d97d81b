import { type Column, type SQL, sql, type Table } from 'drizzle-orm';
import { MySqlDialect as DrizzleMySqlDialect } from 'drizzle-orm/mysql-core';
import type { ColumnSpec } from '../sql/columns.js';
import type { SqlDialect, SqlText } from '../sql/dialect.js';

/** MySQL and MariaDB, in words that both understand: `values(column)`, not MySQL 8.4's row alias. */
export class MysqlDialect implements SqlDialect {
  readonly #dialect = new DrizzleMySqlDialect();

  render(statement: SQL): SqlText {
    const { sql: text, params } = this.#dialect.sqlToQuery(statement);
    return { text, params };
  }

  incoming(column: Column): SQL {
    return sql`values(${sql.identifier(column.name)})`;
  }

  onConflict(): SQL {
    return sql`on duplicate key update`;
  }

  deleteSome(table: Table, _key: Column, where: SQL | undefined, limit: SQL): SQL {
    const condition = where === undefined ? sql`` : sql` where ${where}`;
    return sql`delete from ${table}${condition} limit ${limit}`;
  }

  encode(kind: ColumnSpec['kind'], value: string | number): string | number {
    return kind === 'instant' ? toDateTime(Number(value)) : value;
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
      case 'version':
        return Number(value);
      case 'instant':
        return value instanceof Date ? value.getTime() : Date.parse(`${String(value)}Z`);
    }
  }
}

/** Epoch milliseconds as a DATETIME(3) literal, UTC: `2026-11-24 12:00:00.250`. */
function toDateTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T', ' ').slice(0, -1);
}
