import { describe, expect, it } from 'vitest';
import { Cached } from '../../../../src/application/reading/cached.js';
import { FakeClock, settle } from '../../../support/application/fake-clock.js';

function counting(first: number) {
  const clock = new FakeClock();
  const stored: { state: number | null } = { state: 1 };
  const cached = new Cached<number>(
    clock,
    (total) => total,
    () => stored.state,
  );
  const asked = { times: 0, takes: 0, answer: () => Promise.resolve(first) };
  const total = (options = { exact: false }) =>
    cached.get(
      'tasks',
      async () => {
        asked.times += 1;
        await clock.advance(asked.takes);
        return asked.answer();
      },
      options,
    );
  const becomes = (answer: number) => {
    asked.answer = () => Promise.resolve(answer);
  };
  return { clock, stored, asked, total, becomes };
}

describe('a total', () => {
  it('is counted each time up to ten thousand records', async () => {
    const { total, becomes } = counting(10_000);
    expect(await total()).toBe(10_000);
    becomes(9_999);
    expect(await total()).toBe(9_999);
  });

  it('of more than ten thousand records is valid for a second', async () => {
    const { clock, asked, total, becomes } = counting(10_001);
    await total();
    becomes(10_002);
    await clock.advance(999);
    expect(await total()).toBe(10_001);
    expect(asked.times).toBe(1);
  });

  it('that was requested earlier and counted later does not replace a newer one', async () => {
    const { clock, asked, total } = counting(10_001);
    let answerTheFirst = (_: number): void => undefined;
    asked.answer = () => new Promise((answer) => (answerTheFirst = answer));
    const first = total({ exact: true });
    await settle();
    await clock.advance(1);
    asked.answer = () => Promise.resolve(10_003);
    await total({ exact: true });
    answerTheFirst(10_002);
    expect(await first).toBe(10_002);
    expect(await total()).toBe(10_003);
  });

  it('is counted again at once when this instance has changed something', async () => {
    const { stored, total, becomes } = counting(10_001);
    await total();
    becomes(10_002);
    stored.state = 2;
    expect(await total()).toBe(10_002);
  });

  it('that took long is valid for a second even so, and the new one is awaited after that', async () => {
    const { clock, stored, asked, total, becomes } = counting(10_001);
    asked.takes = 50;
    await total();
    becomes(10_002);
    stored.state = 2;
    await clock.advance(949);
    expect(await total()).toBe(10_001);
    await clock.advance(1);
    expect(await total()).toBe(10_002);
  });

  it('that took seconds is counted during a tenth of the time at most', async () => {
    const { clock, stored, asked, total, becomes } = counting(10_001);
    asked.takes = 3000;
    await total();
    becomes(10_002);
    stored.state = 2;
    await clock.advance(26_999);
    expect(await total()).toBe(10_001);
    expect(asked.times).toBe(1);
    await clock.advance(1);
    expect(await total()).toBe(10_001);
    expect(asked.times).toBe(2);
    await settle();
    expect(await total()).toBe(10_002);
  });

  it('that waited for the store is valid for a minute, and awaited after two', async () => {
    const { clock, stored, asked, total, becomes } = counting(10_001);
    asked.takes = 30_000;
    await total();
    asked.takes = 0;
    becomes(10_002);
    stored.state = 2;
    await clock.advance(29_999);
    expect(await total()).toBe(10_001);
    expect(asked.times).toBe(1);
    asked.answer = () => new Promise(() => undefined);
    await clock.advance(1);
    expect(await total()).toBe(10_001);
    expect(asked.times).toBe(2);
    await clock.advance(59_999);
    expect(await total()).toBe(10_001);
    becomes(10_003);
    await clock.advance(1);
    expect(await total()).toBe(10_003);
  });

  it('that was counted while this instance may have changed something is counted again', async () => {
    const { stored, total, becomes } = counting(10_001);
    stored.state = null;
    await total();
    becomes(10_002);
    expect(await total()).toBe(10_002);
    becomes(10_003);
    stored.state = 2;
    expect(await total()).toBe(10_003);
  });

  it('is then counted once in the background, and the old one is returned meanwhile', async () => {
    const { clock, asked, total, becomes } = counting(10_001);
    await total();
    becomes(10_002);
    await clock.advance(1000);
    expect(await Promise.all([total(), total()])).toEqual([10_001, 10_001]);
    await settle();
    expect(asked.times).toBe(2);
    expect(await total()).toBe(10_002);
  });

  it('is awaited when the old one is ten seconds old', async () => {
    const { clock, total, becomes } = counting(10_001);
    await total();
    becomes(10_002);
    await clock.advance(10_000);
    expect(await total()).toBe(10_002);
  });

  it('is counted at once for an exact request, and for all later requests', async () => {
    const { total, becomes } = counting(10_001);
    await total();
    becomes(10_002);
    expect(await total({ exact: true })).toBe(10_002);
    expect(await total()).toBe(10_002);
  });

  it('stays valid when counting it again fails, and is requested again', async () => {
    const { clock, asked, total, becomes } = counting(10_001);
    await total();
    asked.answer = () => Promise.reject(new Error('the store is away'));
    await clock.advance(1000);
    expect(await total()).toBe(10_001);
    await settle();
    becomes(10_003);
    await total();
    await settle();
    expect(await total()).toBe(10_003);
  });

  it('that was requested earlier does not replace a newer one', async () => {
    const { clock, asked, total, becomes } = counting(10_001);
    await total();
    let late = (_total: number) => {};
    asked.answer = () =>
      new Promise((resolve) => {
        late = resolve;
      });
    await clock.advance(1000);
    await total();
    becomes(10_003);
    await clock.advance(1);
    expect(await total({ exact: true })).toBe(10_003);
    late(10_002);
    await settle();
    expect(await total()).toBe(10_003);
  });

  it('is evicted after a thousand others', async () => {
    const cached = new Cached<number>(
      new FakeClock(),
      (total) => total,
      () => 1,
    );
    const asked: string[] = [];
    const total = (list: string) =>
      cached.get(
        list,
        async () => {
          asked.push(list);
          return 10_001;
        },
        { exact: false },
      );
    for (let list = 0; list <= 1000; list += 1) await total(`list ${list}`);
    asked.length = 0;
    await total('list 1');
    await total('list 0');
    expect(asked).toEqual(['list 0']);
  });

  it('that cannot be counted at all is an error', async () => {
    const { asked, total } = counting(1);
    asked.answer = () => Promise.reject(new Error('the store is away'));
    await expect(total()).rejects.toThrow('away');
  });
});
