import { type Column, type SQL, sql } from 'drizzle-orm';
import type { SqlDialect, UpsertText } from '../dialect.js';
import type { CollectionTable } from '../tables/collection-table.js';
import { versionColumn } from '../tables/columns.js';

/**
 * The merge rule (domain/merge.ts) as assignments: the text is built once per table.
 *
 * MySQL assigns from left to right and reads values that it has just assigned. A field therefore
 * comes before the version that guards it, and `version`, which guards all required fields, comes
 * last.
 */
export function upsertText(dialect: SqlDialect, table: CollectionTable): UpsertText {
  const names = table.specs.map(({ name }) => sql.identifier(name));
  const assignments = mergeAssignments(dialect, table);
  const marker = '§';
  const { text } = dialect.render(
    sql`insert into ${table.table} (${sql.join(names, sql`, `)}) values ${sql.raw(marker)} ${dialect.onConflict(table.key)} ${sql.join(assignments, sql`, `)}`,
  );
  const [head = '', tail = ''] = text.split(marker);
  return { head, row: `(${table.specs.map(() => '?').join(', ')})`, tail };
}

function mergeAssignments(dialect: SqlDialect, table: CollectionTable): SQL[] {
  const { collection } = table;
  const assign = (name: string, guard: SQL) => {
    const column = table.column(name);
    return sql`${sql.identifier(name)} = case when ${guard} then ${dialect.incoming(column)} else ${column} end`;
  };
  const atLeast = (column: Column) => sql`${dialect.incoming(column)} >= ${column}`;
  const version = table.column('version');
  const versioned = new Set(table.versioned);
  const fields = collection.fields.map(({ name, rule }) => {
    if (name === collection.parent?.field) return keepParent(dialect, table.column(name));
    if (rule === 'greatest') return assign(name, atLeast(table.column(name)));
    return assign(name, atLeast(versioned.has(name) ? table.column(versionColumn(name)) : version));
  });
  const createdAt = table.column('created_at');
  return [
    ...fields,
    ...table.versioned.map(versionColumn).map((name) => assign(name, atLeast(table.column(name)))),
    assign('created_at', sql`${dialect.incoming(createdAt)} < ${createdAt}`),
    assign('updated_at', atLeast(version)),
    assign('version', atLeast(version)),
  ];
}

/**
 * A record belongs to one parent permanently. A write that names another one sets a column that is
 * NOT NULL to null: both dialects then refuse the statement, without a lookup for each row.
 */
function keepParent(dialect: SqlDialect, column: Column): SQL {
  const isSame = sql`${dialect.incoming(column)} = ${column}`;
  return sql`${sql.identifier(column.name)} = case when ${isSame} then ${column} else null end`;
}
