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

it('keeps a family with more than two levels in one store', () => {
  expect(registry('one', 'one', 'one').backendOf(NOTES.name)).toBe(one);
  expect(() => registry('one', 'one', 'other')).toThrow(ConfigurationError);
  expect(() => registry('one', 'other', 'other')).toThrow(ConfigurationError);
  expect(() => registry('one', 'one', 'other')).toThrow(
    'storage.routes: found translation_sessions=one, translation_tasks=one, review_notes=other. Records of these collections belong to one another on more than two levels: route all of them to the same backend.',
  );
});
