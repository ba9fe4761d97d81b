import { expect, it } from 'vitest';
import { CollectionRegistry } from '../../src/adapters/storage/collection-registry.js';
import { MemoryBackend } from '../../src/adapters/storage/memory/memory-backend.js';
import { SESSIONS } from '../../src/domain/collections/sessions.js';
import { TASKS } from '../../src/domain/collections/tasks.js';
import { ConfigurationError } from '../../src/ports/configuration-error.js';
import { NOTES } from './notes.js';

const [one, other] = [new MemoryBackend([], 'one'), new MemoryBackend([], 'other')];
const registry = (sessions: string, tasks: string, notes: string) =>
  new CollectionRegistry(
    [one, other],
    new Map([
      [SESSIONS.name, sessions],
      [TASKS.name, tasks],
      [NOTES.name, notes],
    ]),
  );

it('keeps a collection in the store of its parent, when that has a parent itself', () => {
  expect(registry('one', 'other', 'other').backendOf(NOTES.name)).toBe(other);
  expect(() => registry('one', 'one', 'other')).toThrow(ConfigurationError);
  expect(() => registry('one', 'one', 'other')).toThrow(
    'storage.routes: review_notes is routed to "other", and translation_tasks, which its records belong to, to "one". Route both to the same backend.',
  );
});
