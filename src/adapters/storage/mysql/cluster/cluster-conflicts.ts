import type { Collection } from '../../../../domain/collection.js';
import { collectionOf } from '../../../../domain/collections/family.js';
import type { Write } from '../../../../domain/write.js';
import type { RecordName } from '../../../../ports/deletion.js';
import type { Conflicts } from '../../sql/deleting/conflicts.js';
import type { SqlTransaction } from '../../sql/dialect.js';
import { TOMBSTONES } from '../../sql/tables/internal-tables.js';
import type { PlaceholderRows } from './placeholder-rows.js';

/**
 * Rows per record. A write adds one of them at random, a delete adds all: two writes of one record
 * conflict one time in so many, a write and a delete always.
 */
const ROWS_OF_RECORD = 16;
const ROWS_PER_STATEMENT = 500;
/** Separates the parts of a subject: a character that no key contains. */
const SEPARATOR = '\u001f';

/**
 * The conflicts of Galera: two transactions conflict if they change a row with the same key, also
 * if the row exists before neither and after neither. So each adds rows and removes them again. They
 * are in the table of the tombstones, where no reader ever sees one.
 */
export class ClusterConflicts implements Conflicts {
  constructor(
    private readonly placeholders: PlaceholderRows,
    /** Whether foreign keys are checked: then the store holds the parents of all its records. */
    private readonly checksParents: boolean,
    /** Whether the server is a member of a cluster; known once the store is open. */
    private readonly isMember: () => boolean,
  ) {}

  async ofWrites(
    transaction: SqlTransaction,
    collection: Collection,
    writes: readonly Write[],
  ): Promise<void> {
    if (!this.isMember() || !this.#needsRows(collection)) return;
    await addAndRemove(transaction, oneEach(parentsOf(collection, writes)));
  }

  async ofQuarantined(
    transaction: SqlTransaction,
    collection: Collection,
    writes: readonly Write[],
  ): Promise<void> {
    if (!this.isMember()) return;
    const own = writes.map(({ key }) => ({ collection: collection.name, key }));
    await addAndRemove(transaction, oneEach([...own, ...parentsOf(collection, writes)]));
  }

  async ofDeletes(transaction: SqlTransaction, records: readonly RecordName[]): Promise<void> {
    if (!this.isMember()) return;
    const all = Array.from({ length: ROWS_OF_RECORD }, (_, row) => row);
    const subjects = records.flatMap((record) => all.map((row) => subjectOf(record, row)));
    await addAndRemove(transaction, subjects);
  }

  async ofAbsent(transaction: SqlTransaction, collection: Collection, key: string): Promise<void> {
    if (this.isMember()) await this.placeholders.addAndRemove(transaction, collection, key);
  }

  /**
   * Whether writes of a collection share no row with the delete of their parent. A foreign key makes
   * a new record conflict with the delete of its parent row. A tombstone `gone` can come without a
   * delete of that row, so it is not enough below the second level.
   */
  #needsRows({ parent }: Collection): boolean {
    if (parent === null) return false;
    return !this.checksParents || collectionOf(parent.collection).parent !== null;
  }
}

function parentsOf({ parent }: Collection, writes: readonly Write[]): readonly RecordName[] {
  if (parent === null) return [];
  const { collection, field } = parent;
  return writes.map(({ fields }) => ({ collection, key: String(fields[field]) }));
}

/** One row of each record; the same of all, so that two transactions rarely have one in common. */
function oneEach(records: readonly RecordName[]): readonly string[] {
  const row = Math.floor(Math.random() * ROWS_OF_RECORD);
  return records.map((record) => subjectOf(record, row));
}

function subjectOf({ collection, key }: RecordName, row: number): string {
  return `conflict:${collection}/${key}${SEPARATOR}${row}`;
}

async function addAndRemove(
  transaction: SqlTransaction,
  subjects: readonly string[],
): Promise<void> {
  // Each once, and in one order for all transactions.
  const sorted = [...new Set(subjects)].sort();
  for (let from = 0; from < sorted.length; from += ROWS_PER_STATEMENT) {
    const some = sorted.slice(from, from + ROWS_PER_STATEMENT);
    const { name } = TOMBSTONES;
    await transaction.run({
      text: `insert into ${name} (subject, version) values ${some.map(() => '(?, 0)').join(', ')}`,
      params: some,
    });
    // Row by row: `in (…)` may scan the table, and wait for the rows of other transactions.
    const keys = some.map((_, index) => (index === 0 ? 'select ? as subject' : 'select ?'));
    await transaction.run({
      text: `delete own from (${keys.join(' union all ')}) names straight_join ${name} own force index (primary) on own.subject = names.subject`,
      params: some,
    });
  }
}
