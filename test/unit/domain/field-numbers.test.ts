import { describe, expect, it } from 'vitest';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';

/** As rows in stores have them. Add new fields at the end; never change or remove a line. */
const STORED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  translation_sessions: { game_info: 4, metadata: 6, processing_tasks: 10 },
  translation_tasks: {
    target_text: 7,
    context: 8,
    confidence: 10,
    error_message: 11,
    retry_count: 12,
    start_time: 13,
    end_time: 14,
    duration_ms: 15,
  },
};

describe.each(COLLECTIONS)('the numbers of the fields of $name', ({ name, fields }) => {
  it('are different, and fit into 31 bits', () => {
    const numbers = fields.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(31);
  });

  it('are those that stored rows have', () => {
    const stored = STORED[name] ?? {};
    const optional = fields.filter(({ rule, required }) => rule === 'replace' && !required);
    const found = Object.fromEntries(optional.map((field) => [field.name, field.number]));
    expect(found).toMatchObject(stored);
    expect(Object.keys(stored)).not.toHaveLength(0);
  });
});
