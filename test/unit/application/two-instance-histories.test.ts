import { describe, it } from 'vitest';
import { MemoryBackend } from '../../../src/adapters/storage/memory/memory-backend.js';
import { historiesOr, type Pair, playHistories } from '../../support/histories/property.js';

const HISTORIES = historiesOr(200);
const TIMEOUT = HISTORIES * 100 + 120_000;

function whole(): Pair {
  const backend = new MemoryBackend(['translation_sessions', 'translation_tasks']);
  const backends = { sessions: backend, tasks: backend };
  return { backends: [backends, backends], empty: async () => backend.clear() };
}

function split(): Pair {
  const sessions = new MemoryBackend(['translation_sessions'], 'memory-a');
  const tasks = new MemoryBackend(['translation_tasks'], 'memory-b');
  const backends = { sessions, tasks };
  return {
    backends: [backends, backends],
    empty: async () => {
      sessions.clear();
      tasks.clear();
    },
  };
}

describe('two instances on one store, whatever happens to them,', () => {
  it.each([
    ['one store', whole],
    ['a store for each collection', split],
  ])(
    'leave the fold of what was accepted in %s',
    async (label, pair) => {
      await playHistories(label, pair(), HISTORIES);
    },
    TIMEOUT,
  );
});
