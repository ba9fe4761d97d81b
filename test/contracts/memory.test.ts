import { MemoryBackend } from '../../src/adapters/storage/memory/memory-backend.js';
import type { StorageBackend } from '../../src/ports/storage-backend.js';
import { describeStorageBackend } from './storage-backend.contract.js';

const memory = {
  open: async (): Promise<StorageBackend> =>
    new MemoryBackend(['translation_sessions', 'translation_tasks']),
  close: async () => undefined,
};

describeStorageBackend('memory', memory);
