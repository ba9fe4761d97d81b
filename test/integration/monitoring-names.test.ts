import { describe, expect, it } from 'vitest';
import { readAlerts } from '../support/monitoring-files.js';
import { namesOfScrape, unknownNames } from '../support/promql.js';
import { scrapeOfServiceInUse } from '../support/scraped-service.js';

describe('what the metrics of a service in use are called', () => {
  it('is what every alert calls them, labels included', async () => {
    const scraped = namesOfScrape(await scrapeOfServiceInUse());
    for (const { alert, expr } of readAlerts()) {
      expect(unknownNames(expr, scraped), alert).toEqual([]);
    }
  });
});
