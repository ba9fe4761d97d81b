import { describe, expect, it } from 'vitest';
import { CollectionRegistry } from '../../../src/adapters/storage/collection-registry.js';
import { MemoryBackend } from '../../../src/adapters/storage/memory/memory-backend.js';
import { ConfigurationError } from '../../../src/ports/configuration-error.js';

const sessions = new MemoryBackend(['translation_sessions'], 'left');
const tasks = new MemoryBackend(['translation_tasks'], 'right');

const registry = (routes: Record<string, string>) =>
  new CollectionRegistry([sessions, tasks], new Map(Object.entries(routes)));

describe('routing collections to backends', () => {
  it('assigns each collection to the backend of its route', () => {
    const split = registry({ translation_sessions: 'left', translation_tasks: 'right' });
    expect(split.backendOf('translation_sessions')).toBe(sessions);
    expect(split.backendOf('translation_tasks')).toBe(tasks);
    expect(split.collectionsOf(tasks)).toEqual(['translation_tasks']);
  });

  it('lists a backend once, however many collections it has, and omits one without collections', () => {
    const together = registry({ translation_sessions: 'left', translation_tasks: 'left' });
    expect(together.backends()).toEqual([sessions]);
    expect(together.collectionsOf(sessions)).toEqual(['translation_sessions', 'translation_tasks']);
    expect(together.collectionsOf(tasks)).toEqual([]);
  });

  it.each([
    [
      'an unknown collection',
      { translation_sessions: 'left', translation_tasks: 'left', glossary: 'left' },
      'there is no collection "glossary"; there are translation_sessions, translation_tasks',
    ],
    [
      'an unknown backend',
      { translation_sessions: 'left', translation_tasks: 'oracle' },
      'translation_tasks is routed to "oracle", but there is no such backend; known: left, right',
    ],
    [
      'no backend for a collection',
      { translation_sessions: 'left' },
      'translation_tasks has no backend; known: left, right',
    ],
  ])('refuses to start with %s, and names the known ones', (_what, routes, message) => {
    expect(() => registry(routes)).toThrow(ConfigurationError);
    expect(() => registry(routes)).toThrow(message);
  });
});
