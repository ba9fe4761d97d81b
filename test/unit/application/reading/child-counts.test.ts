import { describe, expect, it } from 'vitest';
import { ChildCounts, type Counts } from '../../../../src/application/reading/child-counts.js';
import { FakeClock, settle } from '../../../support/application/fake-clock.js';
import { taskWrite } from '../../../support/records/writes.js';

const MANY = 60_000;
const of = (total: number): Counts => ({ total, byStatus: { pending: total } });

/** Counts of parents that a test sets, and how often each was counted. */
function aStore(totals: Record<string, number>) {
  const clock = new FakeClock();
  const asked: string[][] = [];
  let gate: Promise<void> | undefined;
  const counts = new ChildCounts(clock, 'session_id', async (keys) => {
    asked.push([...keys]);
    const now = new Map(keys.map((key) => [key, of(totals[key] ?? 0)]));
    await gate;
    return now;
  });
  const get = async (...keys: string[]) => {
    const found = await counts.get(keys, { exact: false });
    return keys.map((key) => found.get(key)?.total);
  };
  const change = (key: string, total: number) => {
    totals[key] = total;
    counts.changed([taskWrite('t', 1, { session_id: key })]);
  };
  const hang = () => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  };
  return { clock, asked, counts, get, change, hang };
}

describe('remembered counts', () => {
  it('are asked for once, and again for a parent that has changed', async () => {
    const { asked, get, change } = aStore({ a: 1, b: 2 });
    expect(await get('a', 'b')).toEqual([1, 2]);
    expect(await get('a', 'b')).toEqual([1, 2]);
    change('b', 3);
    expect(await get('a', 'b')).toEqual([1, 3]);
    expect(asked).toEqual([['a', 'b'], ['b']]);
  });

  it('are not asked for by a change of a parent that nobody asked for', async () => {
    const { asked, get, change } = aStore({ a: 1, b: 2 });
    change('a', 5);
    expect(await get('a')).toEqual([5]);
    change('b', 7);
    expect(await get('a')).toEqual([5]);
    expect(asked).toEqual([['a']]);
  });

  it('of many records are returned once more while they are counted', async () => {
    const { asked, get, change } = aStore({ a: MANY, b: MANY });
    await get('a', 'b');
    change('a', MANY + 1);
    change('b', MANY + 1);
    expect(await get('a', 'b')).toEqual([MANY, MANY]);
    await settle();
    expect(await get('a', 'b')).toEqual([MANY + 1, MANY + 1]);
    expect(asked).toHaveLength(2);
  });

  it('of many records are counted once at a time', async () => {
    const { asked, get, change, hang } = aStore({ a: MANY, b: MANY });
    await get('a', 'b');
    change('a', MANY + 1);
    change('b', MANY + 1);
    const open = hang();
    await Promise.all([get('a', 'b'), get('a', 'b'), get('a', 'b')]);
    expect(asked).toHaveLength(2);
    open();
    await settle();
    expect(await get('a')).toEqual([MANY + 1]);
  });

  it('of many records are waited for after a minute', async () => {
    const { clock, get, change } = aStore({ a: MANY, b: MANY });
    await get('a', 'b');
    change('a', 1);
    await clock.advance(60_000);
    expect(await get('a', 'b')).toEqual([1, MANY]);
  });

  it('are asked for again if the parent changes while it is counted', async () => {
    const { get, change, hang } = aStore({ a: 1 });
    const open = hang();
    const first = get('a');
    await settle();
    change('a', 2);
    open();
    expect(await first).toEqual([1]);
    expect(await get('a')).toEqual([2]);
  });

  it('keep the newest parents', async () => {
    const { asked, get } = aStore({});
    await get(...Array.from({ length: 2001 }, (_, index) => `p-${index}`));
    await get('p-2000');
    expect(asked).toHaveLength(1);
    await get('p-0');
    expect(asked).toHaveLength(2);
  });

  it('are not remembered after a failure', async () => {
    const clock = new FakeClock();
    let fails = true;
    const counts = new ChildCounts(clock, 'session_id', async () => {
      if (fails) throw new Error('away');
      return new Map([['a', of(1)]]);
    });
    await expect(counts.get(['a'], { exact: false })).rejects.toThrow('away');
    fails = false;
    expect((await counts.get(['a'], { exact: false })).get('a')).toEqual(of(1));
  });
});
