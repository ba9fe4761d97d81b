import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasChromium, openBrowser, openPage } from '../support/browser/open-browser.js';
import { SQLITE, SuiteService } from '../support/browser/suite-service.js';

const FAILURES = /\/assets\/FailuresView-.*\.js$/;

describe.skipIf(!hasChromium)('a console that stays open', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  async function open() {
    const service = await SuiteService.start(SQLITE);
    onTestFinished(() => service.stop());
    const opened = await openPage(browser, service.at('sessions'));
    await opened.page.getByRole('heading', { name: 'Sessions' }).waitFor();
    const go = () => opened.page.getByRole('link', { name: 'Failures' }).click();
    return { ...opened, service, go };
  }

  it('goes to a view of the next build after an upgrade', async () => {
    const { page, go } = await open();
    // The file of the earlier build is gone; the page that is loaded anew names another one.
    await page.route(FAILURES, (route) => route.fulfill({ status: 404 }), { times: 1 });
    await go();
    await page.getByText('No task has failed').waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/failures');
  });

  it('says what is wrong when a view does not load in the new page either', async () => {
    const { page, go } = await open();
    await page.route(FAILURES, (route) => route.fulfill({ status: 404 }));
    await go();
    await page.getByRole('alert').getByText('dynamically imported module').waitFor();
    await page.unroute(FAILURES);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No task has failed').waitFor();
  });

  it('says that the service is away, and goes to the view when it is back', async () => {
    const { page, service, go } = await open();
    await service.kill();
    await go();
    await page.getByRole('alert').getByText('The service does not answer').waitFor();
    await service.startAgain();
    await page.getByText('No task has failed').waitFor();
  });
});
