import { describe, expect, it } from 'vitest';
import { namesOf, namesOfScrape, unknownNames } from '../../support/monitoring/promql.js';

const SCRAPE = `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{endpoint="/tasks/{id}",status="200"} 1
time_bucket{le="0.1",method="GET"} 1
size_bytes 12
`;

describe('the names in an expression', () => {
  it('are its metrics and the labels that it selects and groups by, without functions', () => {
    const { selectors, grouping } = namesOf(
      'histogram_quantile(0.95, sum by (le, method) (rate(time_bucket{method=~"G}.*"}[5m]))) > 1.5e3 or size_bytes offset 5m',
    );
    expect(selectors).toEqual([
      { metric: 'time_bucket', labels: ['method'] },
      { metric: 'size_bytes', labels: [] },
    ]);
    expect(grouping).toEqual(['le', 'method']);
  });
});

describe('an expression', () => {
  const scraped = namesOfScrape(SCRAPE);

  it.each([
    'up{job="x"} == 0',
    'sum(rate(requests_total{status=~"5..", instance="a"}[5m])) / size_bytes',
    'sum by (le, method, job) (time_bucket)',
  ])('matches a scrape with its names: %s', (expression) => {
    expect(unknownNames(expression, scraped)).toEqual([]);
  });

  it.each([
    ['rate(requests[5m])', ['requests']],
    ['requests_total{code="200"}', ['requests_total{code}']],
    ['sum by (endpoint) (size_bytes)', ['endpoint']],
    ['size_bytes - sized_bytes > 0', ['sized_bytes']],
    ['1 > 0', ['no metric in: 1 > 0']],
  ])('does not match a scrape without one of its names: %s', (expression, unknown) => {
    expect(unknownNames(expression, scraped)).toEqual(unknown);
  });
});
