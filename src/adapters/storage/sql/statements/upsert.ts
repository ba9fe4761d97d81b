import { sql } from 'drizzle-orm';
import type { Write } from '../../../../domain/write.js';
import type { SqlDialect, UpsertText } from '../dialect.js';
import type { VersionedField } from '../tables/carried.js';
import type { CollectionTable } from '../tables/collection-table.js';
import { mergeAssignments } from './merge-assignments.js';

/** A statement, and the fields whose version columns it names. */
export interface Upsert {
  readonly text: UpsertText;
  readonly older: readonly VersionedField[];
}

/**
 * The statements that store writes. Each names only the version columns that its writes need, which
 * for most are none: a number that is not sent needs no work on either side.
 */
export class Upserts {
  readonly #upserts = new Map<number, Upsert>();

  constructor(
    private readonly dialect: SqlDialect,
    private readonly table: CollectionTable,
  ) {}

  for(writes: readonly Write[]): Upsert {
    const older = this.table.versioned.filter(({ name }) =>
      writes.some(({ olderFields }) => olderFields?.[name] !== undefined),
    );
    const bits = older.reduce((sum, { bit }) => sum + bit, 0);
    const known = this.#upserts.get(bits);
    if (known !== undefined) return known;
    const upsert = { text: upsertText(this.dialect, this.table, older), older };
    this.#upserts.set(bits, upsert);
    return upsert;
  }
}

/** Names the version columns of the fields `older`. */
export function upsertText(
  dialect: SqlDialect,
  table: CollectionTable,
  older: readonly VersionedField[] = table.versioned,
): UpsertText {
  const unnamed = table.versioned.filter((field) => !older.includes(field));
  const left = new Set(unnamed.map(({ versionColumn }) => versionColumn));
  const names = table.specs.map(({ name }) => name).filter((name) => !left.has(name));
  const columns = names.map((name) => sql.identifier(name));
  const marker = '§';
  const { text } = dialect.render(
    sql`insert into ${table.table} (${sql.join(columns, sql`, `)}) values ${sql.raw(marker)} ${dialect.onConflict(table.key)} ${sql.join(mergeAssignments(dialect, table, older), sql`, `)}`,
  );
  const [head = '', tail = ''] = text.split(marker);
  return { head, row: `(${names.map(() => '?').join(', ')})`, tail };
}
