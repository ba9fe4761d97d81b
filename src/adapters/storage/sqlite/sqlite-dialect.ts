import { type Column, type SQL, sql, type Table } from 'drizzle-orm';
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

  /** SQLite has no statistics, and prefers an index of an equality by itself. */
  ignoring(): SQL {
    return sql``;
  }

  /**
   * SQLite reads every entry for a `distinct`: each step here searches the next pair instead. After
   * the last value of a `first` comes a row with null, and then the next `first`.
   */
  pairs(table: Table, first: Column, second: Column): SQL {
    const [a, b] = [first, second].map(({ name }) => sql.identifier(name));
    const entry = (what: SQL | Column, where: SQL) =>
      sql`(select ${what} from ${table}${where} order by ${first}, ${second} limit 1)`;
    const beyond = sql` where ${first} > pairs.${a}`;
    const next = entry(second, sql` where ${first} = pairs.${a} and ${second} > pairs.${b}`);
    return sql`with recursive pairs(${a}, ${b}) as (
      select * from ${entry(sql`${first}, ${second}`, sql``)}
      union all
      select case when pairs.${b} is null then ${entry(first, beyond)} else pairs.${a} end,
        case when pairs.${b} is null then ${entry(second, beyond)} else ${next} end
      from pairs where pairs.${a} is not null
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
