import { and, type Column, inArray, or, sql, type Table } from 'drizzle-orm';
import { type Version, versionAt } from '../../../../domain/version.js';
import type { DroppedTombstones, Instance } from '../../../../ports/storage-backend.js';
import type { Row, SqlDialect, SqlRunner } from '../dialect.js';
import { columnsIn } from '../tables/internal-tables.js';

/** Rows deleted per transaction. */
const SLICE = 500;
/** How long an instance whose writes do not survive it counts, in milliseconds. */
const DAY = 86_400_000;

/** The instances that may still write older versions, and the tombstones that are kept for them. */
export class TombstoneHolders {
  readonly #column: (name: string) => Column;

  constructor(
    private readonly dialect: SqlDialect,
    private readonly runner: SqlRunner,
    private readonly tables: {
      readonly instances: Table;
      readonly tombstones: Table;
      readonly quarantine: Table;
    },
  ) {
    this.#column = columnsIn(tables.instances);
  }

  async announce({ id, survives, seenAt }: Instance, holdsFrom: Version | null): Promise<void> {
    const { instances } = this.tables;
    await this.runner.transaction(async (transaction) => {
      const own = sql`${this.#column('id')} = ${id}`;
      await transaction.run(this.dialect.render(sql`delete from ${instances} where ${own}`));
      if (holdsFrom === null) return;
      const values = [id, holdsFrom, survives ? 1 : 0, this.dialect.encode('instant', seenAt)];
      const names = ['id', 'holds_from', 'survives', 'seen_at'].map((name) => sql.identifier(name));
      await transaction.run(
        this.dialect.render(
          sql`insert into ${instances} (${sql.join(names, sql`, `)}) values (${sql.join(
            values.map((value) => sql`${value}`),
            sql`, `,
          )})`,
        ),
      );
    });
  }

  async drop(before: Version): Promise<DroppedTombstones> {
    const { oldest, holdsFrom } = await this.#oldest(before);
    const horizon = Math.min(before, holdsFrom, await this.#oldestQuarantined());
    const column = columnsIn(this.tables.tombstones);
    let dropped = 0;
    for (;;) {
      const rows = await this.#read(
        sql`select ${column('subject')} as subject from ${this.tables.tombstones} where ${column('version')} < ${horizon} limit ${sql.raw(String(SLICE))}`,
      );
      if (rows.length === 0) return { dropped, oldest };
      // Only with the same version: a delete may have renewed it.
      const some = and(
        inArray(
          column('subject'),
          rows.map((row) => String(row.subject)),
        ),
        sql`${column('version')} < ${horizon}`,
      );
      dropped += await this.runner.transaction((transaction) =>
        transaction.run(
          this.dialect.render(sql`delete from ${this.tables.tombstones} where ${some}`),
        ),
      );
    }
  }

  /** `before` is now, or earlier. */
  async #oldest(before: Version) {
    const { instances } = this.tables;
    const [survives, seenAt] = [this.#column('survives'), this.#column('seen_at')];
    const long = this.dialect.encode('instant', Math.floor(before / versionAt(1)) - DAY);
    const counts = or(sql`${survives} = 1`, sql`${seenAt} >= ${long}`);
    const [row] = await this.#read(
      sql`select * from ${instances} where ${counts} order by ${this.#column('holds_from')} limit 1`,
    );
    if (row === undefined) return { oldest: null, holdsFrom: Number.MAX_SAFE_INTEGER };
    const oldest: Instance = {
      id: String(row.id),
      survives: Number(row.survives) === 1,
      seenAt: Number(this.dialect.decode('instant', row.seen_at)),
    };
    return { oldest, holdsFrom: Number(row.holds_from) };
  }

  async #oldestQuarantined(): Promise<Version> {
    const createdAt = columnsIn(this.tables.quarantine)('created_at');
    const [row] = await this.#read(
      sql`select min(${createdAt}) as oldest from ${this.tables.quarantine}`,
    );
    if (row?.oldest === null || row === undefined) return Number.MAX_SAFE_INTEGER;
    return versionAt(Number(this.dialect.decode('instant', row.oldest)));
  }

  #read(statement: ReturnType<typeof sql>): Promise<readonly Row[]> {
    return this.runner.all(this.dialect.render(statement));
  }
}
