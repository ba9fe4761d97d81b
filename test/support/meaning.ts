import type { Collection } from '../../src/domain/collection.js';
import { toRecord, versionOfField, type Write } from '../../src/domain/write.js';

/** All that readers and further merging make of a write; a counter that none carried counts as 0. */
export function meaningOf(collection: Collection, write: Write) {
  const optional = collection.fields.filter(
    ({ rule, required }) => rule === 'replace' && !required,
  );
  const versions = optional.map(({ name }) => [name, versionOfField(write, name)] as const);
  const { version, createdAt } = write;
  return { version, createdAt, versions, record: toRecord(collection, write) };
}
