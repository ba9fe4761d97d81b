import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Payload } from '../../../src/adapters/journal/file/group-commit.js';
import {
  decodeEntry,
  encodeEntry,
  encodeInSlices,
  SLICE,
} from '../../../src/adapters/journal/file/segments/entry.js';
import { coalesce, foldWrites } from '../../../src/domain/merge.js';
import type { Write } from '../../../src/domain/write.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';

function decoded({ kind, collection, bytes }: Payload): readonly Write[] {
  const frame = { sequence: 1, kind, collection, payloadBytes: bytes.length, payloadCrc: 0 };
  return decodeEntry({ ...frame, payload: bytes }).writes;
}

const anyTask = fc
  .record(
    {
      target_text: fc.option(fc.string({ unit: 'grapheme' })),
      context: fc.option(fc.constant('漢🗡️')),
      confidence: fc.option(fc.constantFrom(0, 0.1234, 1)),
      retry_count: fc.nat(3),
    },
    { requiredKeys: [] },
  )
  .chain((fields) => fc.nat(4).map((key) => ({ key: `t-${key}`, fields })));

describe('an entry of the journal', () => {
  it('contains the writes as they are, merged ones with all their versions', () => {
    let merged = 0;
    fc.assert(
      fc.property(fc.array(anyTask, { maxLength: 12 }), (made) => {
        const writes = made.map(({ key, fields }, index) => taskWrite(key, index * 700, fields));
        const together = coalesce(TASKS, writes);
        merged += together.filter(({ olderVersions }) => olderVersions !== undefined).length;
        expect(decoded(encodeEntry(TASKS.name, together))).toEqual(together);
      }),
    );
    expect(merged).toBeGreaterThan(0);
  });

  it('contains counters with their steps', () => {
    const steps = [
      sessionWrite('s-1', 1, { total_tasks: 9 }),
      sessionWrite('s-1', 2, { total_tasks: 4 }),
    ];
    const merged = foldWrites(SESSIONS, steps);
    expect(merged.olderCounters).toBeDefined();
    expect(decoded(encodeEntry(SESSIONS.name, [merged]))).toEqual([merged]);
  });

  it('is the same whether it is encoded at once or in slices', async () => {
    const writes = Array.from({ length: 2 * SLICE + 1 }, (_, index) =>
      taskWrite(`t-${index}`, 1, index % 2 === 0 ? { target_text: null } : {}),
    );
    expect(decoded(await encodeInSlices(TASKS.name, writes))).toEqual(writes);
    expect(decoded(encodeEntry(TASKS.name, writes))).toEqual(writes);
  });

  it('names the fields of equal writes once', () => {
    const writes = Array.from({ length: 100 }, (_, index) => taskWrite(`t-${index}`, 1));
    const { bytes } = encodeEntry(TASKS.name, writes);
    expect(bytes.toString().split('source_text')).toHaveLength(2);
  });
});
