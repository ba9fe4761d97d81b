import { afterEach, describe, expect, it, vi } from 'vitest';
import { ExponentialBackoff } from '../../../src/adapters/time/exponential-backoff.js';

/** Milliseconds; the longest pause. */
const LONGEST = 15_000;

const pausesOf = (backoff: ExponentialBackoff, count: number) =>
  Array.from({ length: count }, () => backoff.next());
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const mediansOf = (attempts: number) => {
  const runs = Array.from({ length: 200 }, () => pausesOf(new ExponentialBackoff(), attempts));
  return Array.from({ length: attempts }, (_, attempt) =>
    median(runs.map((run) => run[attempt] ?? Number.NaN)),
  );
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('pauses between attempts', () => {
  it('grow from about a tenth of a second to a limit, and never beyond it', () => {
    const medians = mediansOf(12);
    expect(medians[0]).toBeLessThan(200);
    for (let attempt = 1; attempt < 7; attempt += 1) {
      expect(medians[attempt]).toBeGreaterThan(medians[attempt - 1] ?? Number.NaN);
    }
    expect(medians.at(-1)).toBe(LONGEST);
    const many = pausesOf(new ExponentialBackoff(), 2000);
    expect(Math.max(...many)).toBe(LONGEST);
    expect(Math.min(...many)).toBeGreaterThanOrEqual(0);
    expect(many.every(Number.isFinite)).toBe(true);
  });

  it('differ between instances, so that they do not retry at the same time', () => {
    const first = Array.from({ length: 50 }, () => pausesOf(new ExponentialBackoff(), 5).join());
    expect(new Set(first).size).toBe(50);
  });

  it('start again from the shortest after a success', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const backoff = new ExponentialBackoff();
    const before = pausesOf(backoff, 6);
    backoff.reset();
    expect(pausesOf(backoff, 6)).toEqual(before);
    expect(before[5]).toBeGreaterThan((before[0] ?? Number.NaN) * 10);
  });
});
