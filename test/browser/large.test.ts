import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openBrowser, openPage } from '../support/browser/open-browser.js';
import { send, session, task } from '../support/browser/some-work.js';
import { SQLITE, SuiteService } from '../support/browser/suite-service.js';

const CELLS = 50_000;
const SESSIONS = 1000;
/** Rows in the document at a time, whatever the number of cells. */
const MOST_ROWS = 200;

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

  it('scrolls through a sheet of 50,000 cells, with few rows in the document', async () => {
    const { page } = await openPage(browser, service.at('sessions/s-0'));
    await page.getByText('cell 2.', { exact: true }).waitFor();
    await page.locator('.sheet-table').hover();
    let last = 0;
    for (let turn = 0; turn < 60 && last < 2000; turn += 1) {
      await page.mouse.wheel(0, 20_000);
      await page.waitForTimeout(50);
      const texts = await page.getByText(/^cell \d+\.$/).allInnerTexts();
      last = Math.max(last, ...texts.map((text) => Number(text.slice(5, -1))));
      expect(texts.length).toBeLessThan(MOST_ROWS);
    }
    expect(last).toBeGreaterThanOrEqual(2000);
  });
});
