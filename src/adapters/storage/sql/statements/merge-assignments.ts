import { type Column, type SQL, sql } from 'drizzle-orm';
import type { SqlDialect } from '../dialect.js';
import { CARRIED, type VersionedField } from '../tables/carried.js';
import type { CollectionTable } from '../tables/collection-table.js';

/**
 * The merge rule (domain/merge.ts) as the assignments of an upsert, of which the rows name the
 * version columns of the fields `older`; in the others every field is as new as its row.
 *
 * MySQL assigns from left to right and reads values that it has just assigned. A field therefore
 * comes before its version, and `carried_fields` and `version`, which guard all of them, come last.
 */
export function mergeAssignments(
  dialect: SqlDialect,
  table: CollectionTable,
  older: readonly VersionedField[],
): SQL[] {
  const { collection } = table;
  const incoming = (name: string) => dialect.incoming(table.column(name));
  const assign = (name: string, guard: SQL) =>
    sql`${sql.identifier(name)} = case when ${guard} then ${incoming(name)} else ${table.column(name)} end`;
  const atLeast = (name: string) => sql`${incoming(name)} >= ${table.column(name)}`;
  const versions = table.versioned.map((field) => {
    return new VersionAssignment(dialect, table, field, older.includes(field));
  });
  const guards = new Map(versions.map(({ name, wins }) => [name, wins]));
  const fields = collection.fields.map(({ name, rule }) => {
    if (name === collection.parent?.field) return keepParent(dialect, table.column(name));
    if (rule === 'greatest') return assign(name, atLeast(name));
    return assign(name, guards.get(name) ?? atLeast('version'));
  });
  const carried = sql`${incoming(CARRIED)} | ${table.column(CARRIED)}`;
  return [
    ...fields,
    ...versions.map(({ assignment }) => assignment),
    assign('created_at', sql`${incoming('created_at')} < ${table.column('created_at')}`),
    assign('updated_at', atLeast('version')),
    sql`${sql.identifier(CARRIED)} = ${carried}`,
    assign('version', atLeast('version')),
  ];
}

/** How the version of one field is merged: see tables/carried.ts. */
class VersionAssignment {
  readonly name: string;
  /** Whether the incoming value wins. */
  readonly wins: SQL;
  readonly assignment: SQL;

  constructor(
    dialect: SqlDialect,
    table: CollectionTable,
    { name, versionColumn, bit }: VersionedField,
    /** Whether the rows name the column. */
    isNamed: boolean,
  ) {
    const [own, version, carried] = [versionColumn, 'version', CARRIED].map((column) =>
      table.column(column),
    ) as [Column, Column, Column];
    const contains = (fields: SQL) => sql`(${fields} & ${sql.raw(String(bit))}) <> 0`;
    const isStored = contains(sql`${carried}`);
    const ofRecord = dialect.incoming(version);
    const incoming = isNamed ? sql`coalesce(${dialect.incoming(own)}, ${ofRecord})` : ofRecord;
    const stored = sql`coalesce(${own}, case when ${isStored} then ${version} else 0 end)`;
    // Compared with the record first: no field is newer than its record, and most writes are.
    const isNewer = sql`(${incoming} >= ${version} or ${incoming} >= ${stored})`;
    const isOfNewest = isNamed
      ? sql`${dialect.incoming(own)} is null and ${ofRecord} >= ${version}`
      : sql`${ofRecord} >= ${version}`;
    // A version is noted only if it is older than that of the record.
    const ofIncoming = sql`case when ${isOfNewest} then null else ${incoming} end`;
    const ofStored = sql`case when ${own} is null and ${ofRecord} > ${version} and ${isStored} then ${version} else ${own} end`;
    this.name = name;
    this.wins = sql`${contains(dialect.incoming(carried))} and ${isNewer}`;
    this.assignment = sql`${sql.identifier(versionColumn)} = case when ${this.wins} then ${ofIncoming} else ${ofStored} end`;
  }
}

/**
 * A record belongs to one parent permanently. A write that names another one sets a column that is
 * NOT NULL to null: both dialects then refuse the statement, without a lookup for each row.
 */
function keepParent(dialect: SqlDialect, column: Column): SQL {
  const isSame = sql`${dialect.incoming(column)} = ${column}`;
  return sql`${sql.identifier(column.name)} = case when ${isSame} then ${column} else null end`;
}
