import type { CollectionName } from '../../../src/domain/collection.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import { describeAnyCollection } from './any-collection.contract.js';
import { describeBurying } from './burying.contract.js';
import { describeDeleting } from './deleting.contract.js';
import { describeDeletingTogether } from './deleting-together.contract.js';
import { describeFamilyProperty } from './family-property.contract.js';
import { describeKeeping } from './keeping.contract.js';
import { describeListing } from './listing.contract.js';
import { describeLists } from './lists.contract.js';
import { describeLoneCollection } from './lone-collection.contract.js';
import { describeMergeProperty } from './merge-property.contract.js';
import { describeMerging } from './merging.contract.js';
import { describeQuarantine } from './quarantine.contract.js';
import { describeQuarantineCopies } from './quarantine-copies.contract.js';
import { describeRaces } from './races.contract.js';
import { describeRefusals } from './refusals.contract.js';
import { describeStorageBackend } from './storage-backend.contract.js';
import type { StorageUnderTest } from './store-under-test.js';

/** All contracts of ports/storage-backend.ts; `subject` creates a store for some collections. */
export function describeEveryStorageRule(
  name: string,
  subject: (collections: readonly CollectionName[]) => StorageUnderTest,
  { propertyRuns }: { readonly propertyRuns: number },
): void {
  const all = COLLECTIONS.map((collection) => collection.name);
  describeStorageBackend(name, subject(all));
  describeMerging(name, subject(all));
  describeKeeping(name, subject(all));
  describeListing(name, subject(all));
  describeRefusals(name, subject(all));
  describeLists(name, subject(all));
  describeDeleting(name, subject(all));
  describeDeletingTogether(name, subject(all));
  describeBurying(name, subject(all));
  describeQuarantine(name, subject(all));
  describeQuarantineCopies(name, subject(all));
  describeRaces(name, subject(all));
  describeAnyCollection(name, () => subject(all));
  describeLoneCollection(name, subject(['translation_tasks']));
  describeMergeProperty(name, subject(all), propertyRuns);
  describeFamilyProperty(name, () => subject(all), propertyRuns);
}
