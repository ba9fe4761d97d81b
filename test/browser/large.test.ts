import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openBrowser, openPage } from '../support/browser/open-browser.js';
import { send, session, task } from '../support/browser/some-work.js';
import { SQLITE, SuiteService } from '../support/browser/suite-service.js';

const CELLS = 50_000;
const SESSIONS = 1000;
/** Rows in the document at a time, whatever the number of cells. */
const MOST_ROWS = 200;
/** Of the heap of the page, with every cell in it. */
const MOST_BYTES = 250 * 1024 * 1024;

describe.skipIf(!hasChromium)('the console', () => {
  let browser: Browser;
  let service: SuiteService;
  beforeAll(async () => {
    [browser, service] = await Promise.all([openBrowser(), SuiteService.start(SQLITE)]);
    const sessions = Array.from({ length: SESSIONS }, (_, index) => session(`s-${index}`));
    const tasks = Array.from({ length: CELLS }, (_, index) =>
      task(`t-${index}`, 's-0', index + 2, { source_text: `cell ${index + 2}.` }),
    );
    await send(service.process, sessions, tasks);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  it('shows a thousand sessions page by page', async () => {
    const { page } = await openPage(browser, service.at('sessions?page_size=100'));
    await page.getByText('1,000 sessions').waitFor();
    await page
      .getByRole('link', { name: /^s-\d+\.xlsx$/ })
      .first()
      .waitFor();
    expect(await page.getByRole('link', { name: /^s-\d+\.xlsx$/ }).count()).toBe(100);
  });

  it('scrolls to the end of a sheet of 50,000 cells, with few rows and little memory', async () => {
    const { page } = await openPage(browser, service.at('sessions/s-0'));
    await page.getByText('cell 2.', { exact: true }).waitFor();
    await page.locator('.sheet-table').hover();
    const end = page.getByText(`cell ${CELLS + 1}.`, { exact: true });
    while ((await end.count()) === 0) {
      await page.mouse.wheel(0, 1_000_000);
      expect(await page.getByText(/^cell \d+\.$/).count()).toBeLessThan(MOST_ROWS);
    }
    await page.getByText('50,000 rows', { exact: true }).waitFor();
    const used = await page.evaluate('performance.memory.usedJSHeapSize');
    expect(used).toBeLessThan(MOST_BYTES);
  }, 240_000);
});
