import type { Collection } from '../../../src/domain/collection.js';
import { toRecord, versionOfField, type Write } from '../../../src/domain/write.js';

/**
 * The parts of a write that matter for readers and further merging; a counter that no write
 * contained counts as 0.
 */
export function meaningOf(collection: Collection, write: Write) {
  const optional = collection.fields.filter(
    ({ rule, required }) => rule === 'replace' && !required,
  );
  const versions = optional.map(({ name }) => [name, versionOfField(write, name)] as const);
  const { version, createdAt } = write;
  return { version, createdAt, versions, record: toRecord(collection, write) };
}
