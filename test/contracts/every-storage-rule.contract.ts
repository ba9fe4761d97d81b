import type { CollectionName } from '../../src/domain/collection.js';
import { COLLECTIONS } from '../../src/domain/collections.js';
import { describeLists } from './lists.contract.js';
import { describeLoneCollection } from './lone-collection.contract.js';
import { describeMergeProperty } from './merge-property.contract.js';
import { describeRaces } from './races.contract.js';
import { describeRefusals } from './refusals.contract.js';
import { describeStorageBackend, type StorageUnderTest } from './storage-backend.contract.js';

/** All contracts of ports/storage-backend.ts; `subject` makes a store for some collections. */
export function describeEveryStorageRule(
  name: string,
  subject: (collections: readonly CollectionName[]) => StorageUnderTest,
  { propertyRuns }: { readonly propertyRuns: number },
): void {
  const all = COLLECTIONS.map((collection) => collection.name);
  describeStorageBackend(name, subject(all));
  describeRefusals(name, subject(all));
  describeLists(name, subject(all));
  describeRaces(name, subject(all));
  describeLoneCollection(name, subject(['translation_tasks']));
  describeMergeProperty(name, subject(all), propertyRuns);
}
