import { MemoryBackend } from '../../src/adapters/storage/memory/memory-backend.js';
import type { CollectionName } from '../../src/domain/collection.js';
import { describeEveryStorageRule } from './storage/every-storage-rule.contract.js';
import type { StorageUnderTest } from './storage/store-under-test.js';

function memory(collections: readonly CollectionName[]): StorageUnderTest {
  const backend = new MemoryBackend(collections);
  return {
    open: async () => backend,
    empty: async () => backend.clear(),
    close: async () => undefined,
  };
}

describeEveryStorageRule('memory', memory, { propertyRuns: 300 });
