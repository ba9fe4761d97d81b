import { describe, expect, it } from 'vitest';
import { explain, inOneText } from '../../../src/domain/collections/explain.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';

const textOf = (collection: typeof SESSIONS | typeof TASKS, name: string) => {
  const found = explain(collection).find((field) => field.name === name);
  return found === undefined ? '' : inOneText(found);
};

describe('The explanation of a field', () => {
  it.each(COLLECTIONS)('exists for every field of $name, in sentences', (collection) => {
    const all = explain(collection);
    expect(all.map(({ name }) => name)).toEqual([
      collection.key,
      ...collection.fields.map(({ name }) => name),
      'created_at',
      'updated_at',
    ]);
    for (const field of all) expect(inOneText(field)).toMatch(/^[A-Z]\S+ .*\.$/);
    expect(new Set(all.map(({ meaning }) => meaning)).size).toBe(all.length);
  });

  it('says what a write that omits the field does', () => {
    expect(textOf(SESSIONS, 'total_tasks')).toContain('so it never decreases');
    expect(textOf(SESSIONS, 'processing_tasks')).toContain('keeps its value, which is 0 at first.');
    expect(textOf(TASKS, 'target_text')).toContain('which is null at first; null clears it.');
    expect(textOf(TASKS, 'source_text')).toContain('Required in every write; the last');
    expect(textOf(TASKS, 'session_id')).toContain('always with the same value');
  });

  it('says the limits and the unit', () => {
    expect(textOf(TASKS, 'task_id')).toContain('1 to 64 characters, compared byte for byte');
    expect(textOf(TASKS, 'status')).toContain('1 to 20 lower-case letters, digits and _');
    expect(textOf(TASKS, 'confidence')).toContain('from 0 to 1, kept to 4 decimals');
    expect(textOf(TASKS, 'duration_ms')).toContain('Milliseconds of work');
    expect(textOf(TASKS, 'start_time')).toContain('without a zone it is UTC');
  });
});
