import { randomUUID } from 'node:crypto';
import type { Collection } from '../../../../domain/collection.js';
import { mergeWrites } from '../../../../domain/merge.js';
import { sameStored } from '../../../../domain/stored.js';
import type { Write } from '../../../../domain/write.js';
import type { QuarantinedRecord, Refusal } from '../../../../ports/quarantine.js';
import type { Row, SqlDialect } from '../dialect.js';
import { pack, unpack } from './quarantine-payload.js';

/** A quarantined record as the values of a row, in the order of QUARANTINE's columns. */
export async function toQuarantineRow(
  dialect: SqlDialect,
  collection: Collection,
  record: QuarantinedRecord,
): Promise<unknown[]> {
  const { id, write, reason, missingParent, attempts, quarantinedAt } = record;
  const { text, bytes } = await pack(write);
  return [
    id,
    collection.name,
    write.key,
    parentKeyOf(collection, write),
    missingParent,
    reason,
    attempts,
    dialect.encode('instant', quarantinedAt),
    dialect.encode('instant', write.createdAt),
    write.version,
    bytes,
    text,
  ];
}

export async function fromQuarantineRow(dialect: SqlDialect, row: Row): Promise<QuarantinedRecord> {
  return {
    id: String(row.id),
    collection: String(row.collection),
    write: await unpack(String(row.record)),
    reason: String(row.reason),
    missingParent: row.missing_parent === null ? null : String(row.missing_parent),
    attempts: Number(row.attempts),
    quarantinedAt: Number(dialect.decode('instant', row.quarantined_at)),
  };
}

/** Empty if the collection has no parent. */
export function parentKeyOf({ parent }: Collection, write: Write): string {
  return parent === null ? '' : String(write.fields[parent.field]);
}

/** The records that result from copies of another store, merged with the existing ones. */
export function withCopies(
  collection: Collection,
  earlier: readonly QuarantinedRecord[],
  copies: readonly QuarantinedRecord[],
): readonly QuarantinedRecord[] {
  const own = new Map(earlier.map((record) => [identityOf(collection, record.write), record]));
  return copies.map((copy) => {
    const known = own.get(identityOf(collection, copy.write));
    if (known === undefined) return copy;
    const write = mergeWrites(collection, known.write, copy.write);
    const changes = !sameStored(collection, known.write, write);
    const isWhole = sameStored(collection, copy.write, write);
    // With the same id, only the attempts tell a reader that the record has changed.
    const counts = changes && known.id === copy.id ? 1 : 0;
    if (isWhole && copy.attempts >= known.attempts + counts) return copy;
    const { reason, missingParent } = copy.quarantinedAt < known.quarantinedAt ? known : copy;
    return {
      ...known,
      write,
      reason,
      missingParent,
      attempts: Math.max(copy.attempts, changes ? known.attempts + 1 : known.attempts),
      quarantinedAt: Math.max(copy.quarantinedAt, known.quarantinedAt),
    };
  });
}

/** Of one key and one parent there is one record. */
function identityOf(collection: Collection, write: Write): string {
  return JSON.stringify([write.key, parentKeyOf(collection, write)]);
}

/** The records that result from refusals, merged with the existing ones. */
export function withRefusals(
  collection: Collection,
  earlier: readonly QuarantinedRecord[],
  refusals: readonly Refusal[],
  at: number,
): readonly QuarantinedRecord[] {
  const idOf = (write: Write) => identityOf(collection, write);
  const records = new Map(earlier.map((record) => [idOf(record.write), record]));
  const changed = new Set<string>();
  for (const { write, reason, missingParent } of refusals) {
    const same = idOf(write);
    const known = records.get(same);
    changed.add(same);
    records.set(same, {
      id: known?.id ?? randomUUID(),
      collection: collection.name,
      write: known === undefined ? write : mergeWrites(collection, known.write, write),
      reason,
      missingParent,
      attempts: (known?.attempts ?? 0) + 1,
      quarantinedAt: at,
    });
  }
  return [...records].flatMap(([same, record]) => (changed.has(same) ? [record] : []));
}
