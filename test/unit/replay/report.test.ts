import { describe, expect, it } from 'vitest';
import { percentile, report } from '../../../scripts/replay/report.js';

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

describe('percentiles', () => {
  it.each([
    [50, 50],
    [95, 95],
    [99, 99],
    [100, 100],
  ])('of a hundred values: p%i is %i', (share, value) => {
    expect(percentile(hundred, share)).toBe(value);
  });

  it('of one value is that value, of none 0', () => {
    expect(percentile([7], 50)).toBe(7);
    expect(percentile([], 99)).toBe(0);
  });
});

describe('the report', () => {
  const figures = {
    played: { writes: 900, batches: 9, seconds: 2 },
    flushed: { sessions_written: 1, tasks_written: 2, duration_ms: 3 },
    verified: { sessions: 4, tasks: 300, rows: 310, single: 6, differences: 0, shown: [] },
    retries: 5,
    writeLatencies: hundred,
    readLatencies: [...hundred].reverse(),
    seconds: 4,
  };

  it('has the rate, the retries, and the number of records read back', () => {
    const text = report(figures);
    expect(text).toMatch(/900 records in 9 batches, 2\.0 s: 450 records\/s accepted/);
    expect(text).toMatch(/retries {4}5/);
    expect(text).toMatch(/reading {4}100 requests, p50 50\.0 ms, p95 95\.0 ms, p99 99\.0 ms/);
    expect(text).toMatch(/different {2}0\n$/);
  });

  it('uses the singular for one', () => {
    const text = report({
      ...figures,
      played: { writes: 1, batches: 1, seconds: 1 },
      verified: { ...figures.verified, sessions: 1, tasks: 1, rows: 1 },
      readLatencies: [1],
    });
    expect(text).toMatch(/ 1 record in 1 batch,/);
    expect(text).toMatch(/ 1 session, 1 task, in 1 row of lists;/);
    expect(text).toMatch(/reading {4}1 request,/);
  });

  it('shows the first differences and the number of others', () => {
    const shown = [{ id: 't-1', field: 'status', sent: 'completed', found: 'failed' }];
    const text = report({ ...figures, verified: { ...figures.verified, differences: 3, shown } });
    expect(text).toMatch(
      /different {2}3\n {2}t-1 status: sent "completed", found "failed"\n {2}… and 2 more\n$/,
    );
  });
});
