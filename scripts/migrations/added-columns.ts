/** What drizzle-kit keeps of a table in a snapshot of the SQLite schema. */
export interface TableSnapshot {
  readonly columns: Readonly<Record<string, ColumnSnapshot>>;
  readonly indexes: Readonly<Record<string, unknown>>;
  readonly foreignKeys: Readonly<Record<string, unknown>>;
  readonly checkConstraints: Readonly<
    Record<string, { readonly name: string; readonly value: string }>
  >;
}

interface ColumnSnapshot {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default?: string | number;
}

export interface SchemaSnapshot {
  readonly tables: Readonly<Record<string, TableSnapshot>>;
}

const BREAKPOINT = '--> statement-breakpoint';
const FOREIGN_KEYS = /^PRAGMA foreign_keys=(ON|OFF);?$/;

/**
 * A migration in which columns are added where drizzle-kit copies the table. It copies a table of
 * SQLite for each new CHECK, and reads the new columns from the old table, which does not have them.
 * Throws for a copy that changes anything else: such a migration is written by hand.
 */
export function withAddedColumns(
  migration: string,
  before: SchemaSnapshot,
  after: SchemaSnapshot,
): string {
  const statements = migration.split(BREAKPOINT).map((statement) => statement.trim());
  const copied = statements.flatMap((statement) => {
    const [, table] = /^CREATE TABLE `__new_(\w+)`/.exec(statement) ?? [];
    return table === undefined ? [] : [table];
  });
  if (copied.length === 0) return migration;
  const left = statements.flatMap((statement) => {
    if (FOREIGN_KEYS.test(statement)) return [];
    const [, created] = /^CREATE TABLE `__new_(\w+)`/.exec(statement) ?? [];
    if (created !== undefined)
      return additions(created, before.tables[created], after.tables[created]);
    return copied.some((table) => isOfCopy(statement, table, before)) ? [] : [statement];
  });
  return `${left.join(`${BREAKPOINT}\n`)}\n`;
}

/** Whether a statement belongs to a copy of the table, or makes an index anew that the table has. */
function isOfCopy(statement: string, table: string, before: SchemaSnapshot): boolean {
  const [, index, of] = /^CREATE (?:UNIQUE )?INDEX `(\w+)` ON `(\w+)`/.exec(statement) ?? [];
  if (index !== undefined) return of === table && index in (before.tables[table]?.indexes ?? {});
  return (
    statement.startsWith(`INSERT INTO \`__new_${table}\``) ||
    statement.startsWith(`DROP TABLE \`${table}\``) ||
    statement.startsWith(`ALTER TABLE \`__new_${table}\``)
  );
}

function additions(
  table: string,
  before: TableSnapshot | undefined,
  after: TableSnapshot | undefined,
): readonly string[] {
  if (before === undefined || after === undefined) throw byHand(table);
  const added = Object.values(after.columns).filter(({ name }) => !(name in before.columns));
  const checks = Object.values(after.checkConstraints).filter(
    ({ name }) => !(name in before.checkConstraints),
  );
  const rest = {
    ...after,
    columns: without(after.columns, added),
    checkConstraints: without(after.checkConstraints, checks),
    indexes: before.indexes,
  };
  if (JSON.stringify(sorted(rest)) !== JSON.stringify(sorted(before))) throw byHand(table);
  return added.map(({ name, type, notNull, default: value }) => {
    const of = checks.filter((check) => check.value.includes(`"${table}"."${name}"`));
    return [
      `ALTER TABLE \`${table}\` ADD \`${name}\` ${type}`,
      ...(value === undefined ? [] : [`DEFAULT ${value}`]),
      ...(notNull ? ['NOT NULL'] : []),
      ...of.map((check) => {
        return `CONSTRAINT "${check.name}" CHECK(${check.value.replaceAll(`"${table}".`, '')})`;
      }),
    ].join(' ');
  });
}

function without<Value>(
  all: Readonly<Record<string, Value>>,
  some: readonly { readonly name: string }[],
): Readonly<Record<string, Value>> {
  const names = new Set(some.map(({ name }) => name));
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.has(name)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, of]) => [name, sorted(of)]),
  );
}

function byHand(table: string): Error {
  return new Error(
    `The migration copies ${table} and changes more than it adds columns. Write its INSERT by hand: each column of the new table needs a value that the old one has.`,
  );
}
