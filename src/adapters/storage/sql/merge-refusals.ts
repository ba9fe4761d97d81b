import { randomUUID } from 'node:crypto';
import type { Collection } from '../../../domain/collection.js';
import { mergeWrites } from '../../../domain/merge.js';
import type { Write } from '../../../domain/write.js';
import type { QuarantinedRecord, Refusal } from '../../../ports/quarantine.js';
import { parentKeyOf } from './quarantine-rows.js';

/** The records that refusals make, together with those that are there already. */
export function mergeRefusals(
  collection: Collection,
  earlier: readonly QuarantinedRecord[],
  refusals: readonly Refusal[],
  at: number,
): readonly QuarantinedRecord[] {
  const idOf = (write: Write) => JSON.stringify([write.key, parentKeyOf(collection, write)]);
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
