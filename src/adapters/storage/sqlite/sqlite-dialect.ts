import { type Column, type SQL, sql, type Table } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import type { SqlDialect, SqlText } from '../sql/dialect.js';
import type { ColumnSpec } from '../sql/tables/columns.js';

export class SqliteDialect implements SqlDialect {
  /** A writer has the whole file locked. */
  readonly forUpdate = sql``;
  readonly rowsPerDelete = null;
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

  /** SQLite has no statistics, and prefers an index of an equality by itself. */
  ignoring(): SQL {
    return sql``;
  }

  /** SQLite reads every entry for a `distinct`: each step here searches the next value instead. */
  pairs(table: Table, first: Column, second: Column, firsts: readonly string[]): SQL {
    const [a, b] = [first, second].map(({ name }) => sql.identifier(name));
    const lowest = (where: SQL) =>
      sql`(select ${second} from ${table} where ${where} order by ${second} limit 1)`;
    return sql`with recursive pairs(${a}, ${b}) as (
      select given.value, ${lowest(sql`${first} = given.value`)} from json_each(${JSON.stringify(firsts)}) as given
      union all
      select pairs.${a}, ${lowest(sql`${first} = pairs.${a} and ${second} > pairs.${b}`)}
      from pairs where pairs.${b} is not null
    ) select ${a}, ${b} from pairs where ${b} is not null`;
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
