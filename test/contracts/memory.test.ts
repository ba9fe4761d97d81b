import { MemoryBackend } from '../../src/adapters/storage/memory/memory-backend.js';
import type { CollectionName } from '../../src/domain/collection.js';
import { describeEveryStorageRule } from './every-storage-rule.contract.js';
import type { StorageUnderTest } from './store-under-test.js';

const memory = (collections: readonly CollectionName[]): StorageUnderTest => ({
  open: async () => new MemoryBackend(collections),
  close: async () => undefined,
});

describeEveryStorageRule('memory', memory, { propertyRuns: 300 });
