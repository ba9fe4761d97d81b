import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FieldValue } from '../../src/domain/collection.js';
import type { Quarantine, Refusal } from '../../src/ports/quarantine.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../support/writes.js';

export interface QuarantineUnderTest {
  /** Whether records survive a restart. */
  readonly isDurable: boolean;
  /** A quarantine that is not open yet; each call gives one that starts where the one before left off. */
  make(): Quarantine;
  /** The next `make` begins with nothing. */
  reset(): Promise<void>;
}

/** The store refused version `version` of a task. */
export function aRefusal(
  key: string,
  version = 1,
  {
    fields = {},
    ...rest
  }: Partial<Refusal> & { fields?: Readonly<Record<string, FieldValue>> } = {},
): Refusal {
  return {
    collection: TASKS.name,
    write: taskWrite(key, version, fields),
    reason: 'TOO_LARGE: too long',
    missingParent: null,
    at: 1_790_000_000_000 + version,
    ...rest,
  };
}

/** What every Quarantine promises; see ports/quarantine.ts. */
export function describeQuarantine(name: string, subject: QuarantineUnderTest): void {
  describe(`${name} as a quarantine`, () => {
    let quarantine: Quarantine;

    const keys = () => quarantine.list().map(({ write }) => write.key);
    const idOf = (key: string) => quarantine.find(TASKS.name, key)?.id ?? '';

    beforeEach(async () => {
      await subject.reset();
      quarantine = subject.make();
      await quarantine.open();
    });
    afterEach(() => quarantine.close());

    it('lists what the store refused, newest first', async () => {
      await quarantine.add([aRefusal('a'), aRefusal('b')]);
      await quarantine.add([aRefusal('c')]);
      expect(keys()).toEqual(['c', 'b', 'a']);
      expect(quarantine.count()).toBe(3);
      expect(quarantine.get(idOf('b'))).toEqual({
        id: idOf('b'),
        collection: TASKS.name,
        write: aRefusal('b').write,
        reason: 'TOO_LARGE: too long',
        missingParent: null,
        attempts: 1,
        quarantinedAt: aRefusal('b').at,
      });
    });

    it('merges a write of the same key, keeps the id and adds up the attempts', async () => {
      await quarantine.add([aRefusal('a', 1, { fields: { target_text: 'x' } }), aRefusal('b')]);
      const id = idOf('a');
      expect(await quarantine.add([aRefusal('a', 2, { reason: 'CONSTRAINT: no' })])).toBe(1);
      expect(keys()).toEqual(['a', 'b']);
      expect(quarantine.get(id)).toMatchObject({
        attempts: 2,
        reason: 'CONSTRAINT: no',
        quarantinedAt: aRefusal('a', 2).at,
        write: { version: aRefusal('a', 2).write.version, fields: { target_text: 'x' } },
      });
    });

    it('merges two writes of one key in one call', async () => {
      expect(await quarantine.add([aRefusal('a', 1), aRefusal('b'), aRefusal('a', 2)])).toBe(1);
      expect(keys()).toEqual(['a', 'b']);
      expect(quarantine.get(idOf('a'))?.attempts).toBe(2);
    });

    it('keeps the same key of two collections apart', async () => {
      await quarantine.add([
        aRefusal('x'),
        aRefusal('x', 1, { collection: SESSIONS.name, write: sessionWrite('x', 1) }),
      ]);
      expect(quarantine.count()).toBe(2);
      expect(quarantine.find(SESSIONS.name, 'x')?.collection).toBe(SESSIONS.name);
    });

    it('finds the records that wait for a parent', async () => {
      await quarantine.add([
        aRefusal('a', 1, { missingParent: 's-1' }),
        aRefusal('b', 1, { missingParent: 's-2' }),
        aRefusal('c'),
      ]);
      const waiting = quarantine.waitingFor(new Set(['s-1', 's-3']));
      expect(waiting.map(({ write }) => write.key)).toEqual(['a']);
    });

    it('removes records, and says how many there were', async () => {
      await quarantine.add([aRefusal('a'), aRefusal('b')]);
      const id = idOf('a');
      expect(await quarantine.remove([id, id, 'unknown'])).toBe(1);
      expect(quarantine.get(id)).toBeNull();
      expect(quarantine.find(TASKS.name, 'a')).toBeNull();
      expect(keys()).toEqual(['b']);
    });

    it('begins anew with a key that was removed', async () => {
      await quarantine.add([aRefusal('a')]);
      const id = idOf('a');
      await quarantine.remove([id]);
      expect(await quarantine.add([aRefusal('a', 2)])).toBe(0);
      expect(idOf('a')).not.toBe(id);
      expect(quarantine.get(idOf('a'))?.attempts).toBe(1);
    });

    it('applies changes that are made at the same time one after the other', async () => {
      const merged = await Promise.all([
        quarantine.add([aRefusal('a', 1)]),
        quarantine.add([aRefusal('a', 2)]),
        quarantine.add([aRefusal('a', 3)]),
      ]);
      expect(merged).toEqual([0, 1, 1]);
      expect(quarantine.get(idOf('a'))?.attempts).toBe(3);
    });

    // What is kept in memory promises nothing here.
    if (!subject.isDurable) return;
    describe('over a restart', () => {
      it('holds the same records in the same order', async () => {
        await quarantine.add([aRefusal('a'), aRefusal('b', 1, { missingParent: 's-1' })]);
        await quarantine.add([aRefusal('c', 1, { fields: { source_text: '剣 \u{1F5E1}' } })]);
        await quarantine.add([aRefusal('a', 2)]);
        await quarantine.remove([idOf('b')]);
        const before = quarantine.list();
        await quarantine.close();
        quarantine = subject.make();
        await quarantine.open();
        expect(quarantine.list()).toEqual(before);
        expect(await quarantine.add([aRefusal('c', 2)])).toBe(1);
      });
    });
  });
}
