import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openBrowser, openPage } from '../support/browser/open-browser.js';
import { sendSomeWork } from '../support/browser/some-work.js';
import { SQLITE, SuiteService } from '../support/browser/suite-service.js';

/** Holds the answers to what matches until `release`; `asked` waits for the first request. */
async function hold(page: Page, what: RegExp) {
  const asked = page.waitForRequest(what);
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(what, async (route) => {
    await released;
    // A page that is left takes no answer.
    await route.continue().catch(() => undefined);
  });
  return { asked: () => asked, release };
}

describe.skipIf(!hasChromium)('the console, while an answer is slow', () => {
  let browser: Browser;
  let service: SuiteService;
  beforeAll(async () => {
    [browser, service] = await Promise.all([openBrowser(), SuiteService.start(SQLITE)]);
    await sendSomeWork(service.process);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  it('retries no group of the failures before a new filter is answered', async () => {
    const { page } = await openPage(browser, service.at('failures'));
    const retry = page.getByRole('button', { name: 'Retry 4' });
    await retry.waitFor();
    expect(await retry.isEnabled()).toBe(true);
    const { asked, release } = await hold(page, /\/failures\?.*session_id=/);
    await page.getByRole('textbox', { name: 'Session id' }).fill('lantern');
    await page.keyboard.press('Enter');
    await asked();
    expect(await retry.isDisabled()).toBe(true);
    release();
    await expect.poll(() => retry.isEnabled()).toBe(true);
  });

  it('shows no task in the drawer of another one', async () => {
    const { page } = await openPage(browser, service.at('sessions/lantern'));
    const drawer = page.getByRole('dialog');
    await page.getByRole('button', { name: /剑 5/ }).click();
    await drawer.getByText('lantern-5').first().waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    const { asked, release } = await hold(page, /\/tasks\/lantern-6$/);
    await page.getByRole('button', { name: /剑 6/ }).click();
    await asked();
    await drawer.waitFor();
    expect(await drawer.getByText('lantern-5').count()).toBe(0);
    release();
    await drawer.getByText('lantern-6').first().waitFor();
  });
});
