import { type Column, inArray, type SQL, sql, type Table } from 'drizzle-orm';
import type { Collection } from '../../../../domain/collection.js';
import {
  oldestVersion,
  parseSubjectId,
  subjectId,
  subjectsOf,
  type Tombstone,
  type TombstonePosition,
  Tombstones,
} from '../../../../domain/tombstone.js';
import type { Version } from '../../../../domain/version.js';
import type { Write } from '../../../../domain/write.js';
import type { Row, SqlDialect, SqlRunner, SqlSnapshot, SqlTransaction } from '../dialect.js';
import { columnsIn } from '../tables/internal-tables.js';
import type { Conflicts } from './conflicts.js';

/**
 * Up to this number, the tombstones are read in one query; with more, those of the writes are
 * looked up.
 */
const MOST = 500;
const SUBJECTS_PER_LOOKUP = 500;
const ROWS_PER_STATEMENT = 500;

/** The tombstones of a store. */
export class SqlTombstones {
  readonly #subject: Column;
  readonly #version: Column;

  constructor(
    private readonly dialect: SqlDialect,
    private readonly table: Table,
    private readonly conflicts: Conflicts,
  ) {
    const column = columnsIn(table);
    this.#subject = column('subject');
    this.#version = column('version');
  }

  /**
   * The tombstones that may cover some of the writes. Only tombstones at least as new as the oldest
   * write can. If nothing was deleted recently there are none: one lookup at the end of an index.
   */
  async covering(
    reader: SqlSnapshot,
    collection: Collection,
    writes: readonly Write[],
  ): Promise<Tombstones> {
    const oldest = Math.min(...writes.map(oldestVersion));
    const recent = await this.#read(
      reader,
      sql`${this.#version} >= ${oldest} limit ${sql.raw(String(MOST + 1))}`,
    );
    if (recent.length <= MOST) return toTombstones(recent);
    const subjects = [
      ...new Set(writes.flatMap((write) => subjectsOf(collection, write).map(subjectId))),
    ];
    const rows: Row[] = [];
    for (let from = 0; from < subjects.length; from += SUBJECTS_PER_LOOKUP) {
      const some = subjects.slice(from, from + SUBJECTS_PER_LOOKUP);
      rows.push(...(await this.#read(reader, sql`${inArray(this.#subject, some)}`)));
    }
    return toTombstones(rows);
  }

  /**
   * Of two with the same subject, the greater version stays. What the tombstones `gone` cover must be
   * read after this.
   */
  async put(transaction: SqlTransaction, tombstones: readonly Tombstone[]): Promise<void> {
    await this.conflicts.ofDeletes(
      transaction,
      tombstones.filter(({ kind }) => kind === 'gone'),
    );
    const [subject, of] = [sql.identifier(this.#subject.name), sql.identifier(this.#version.name)];
    const incoming = this.dialect.incoming(this.#version);
    for (let from = 0; from < tombstones.length; from += ROWS_PER_STATEMENT) {
      const rows = tombstones
        .slice(from, from + ROWS_PER_STATEMENT)
        .map((tombstone) => sql`(${subjectId(tombstone)}, ${tombstone.version})`);
      await transaction.run(
        this.dialect.render(
          sql`insert into ${this.table} (${subject}, ${of}) values ${sql.join(rows, sql`, `)} ${this.dialect.onConflict(this.#subject)} ${of} = case when ${incoming} > ${this.#version} then ${incoming} else ${this.#version} end`,
        ),
      );
    }
  }

  /** 0 if there is none. */
  async newest(runner: SqlRunner): Promise<Version> {
    const [row] = await runner.all(
      this.dialect.render(sql`select max(${this.#version}) as newest from ${this.table}`),
    );
    return Number(row?.newest ?? 0);
  }

  /** Those after a position, in order (ports/tombstone-store.ts). */
  async after(
    reader: SqlSnapshot,
    position: TombstonePosition | null,
    limit: number,
  ): Promise<readonly Tombstone[]> {
    const { version, id } = position ?? { version: 0, id: '' };
    const rest = sql`${this.#version} >= ${version} and (${this.#version} > ${version} or ${this.#subject} > ${id})`;
    const order = sql`order by ${this.#version}, ${this.#subject} limit ${limit}`;
    const rows = await this.#read(reader, sql`${rest} ${order}`);
    return rows.map((row) => ({
      ...parseSubjectId(String(row.subject)),
      version: Number(row.version),
    }));
  }

  #read(reader: SqlSnapshot, where: SQL): Promise<readonly Row[]> {
    return reader.all(
      this.dialect.render(
        sql`select ${this.#subject} as subject, ${this.#version} as version from ${this.table} where ${where}`,
      ),
    );
  }
}

function toTombstones(rows: readonly Row[]): Tombstones {
  return new Tombstones(new Map(rows.map((row) => [String(row.subject), Number(row.version)])));
}
