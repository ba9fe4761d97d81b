import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAlerts, readQueries, readVariables } from '../support/monitoring/monitoring-files.js';
import { namesOfScrape, unknownNames } from '../support/monitoring/promql.js';
import { MONITORING } from '../support/monitoring/promtool.js';
import { scrapeOfServiceInUse } from '../support/processes/scraped-service.js';

const readTable = () => {
  const text = readFileSync(join(MONITORING, '..', 'docs', 'monitoring.md'), 'utf8');
  return [...text.matchAll(/^\| `(\w+)[`{]/gm)].map(([, name]) => name);
};

describe('the names of the metrics of a service in use', () => {
  it('are those in every alert, including labels', async () => {
    const scraped = namesOfScrape(await scrapeOfServiceInUse());
    for (const { alert, expr } of readAlerts()) {
      expect(unknownNames(expr, scraped), alert).toEqual([]);
    }
  });

  it('are those in every query of the dashboard, including labels', async () => {
    const scraped = namesOfScrape(await scrapeOfServiceInUse());
    for (const { title, expr } of readQueries()) {
      expect(unknownNames(expr, scraped), title).toEqual([]);
    }
    for (const { name, expr } of readVariables()) {
      expect(unknownNames(expr, scraped), name).toEqual([]);
    }
  });

  it('are those in docs/monitoring.md, which describes them all', async () => {
    const text = await scrapeOfServiceInUse();
    const metrics = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
    const explained = readTable();
    expect(
      explained.filter((name) => !readAlerts().some(({ alert }) => alert === name)).sort(),
    ).toEqual(metrics.sort());
    expect(explained).toEqual(expect.arrayContaining(readAlerts().map(({ alert }) => alert)));
  });
});
