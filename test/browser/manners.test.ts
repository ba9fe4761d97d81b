import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openBrowser, openPage } from '../support/browser/open-browser.js';
import { sendSomeWork } from '../support/browser/some-work.js';
import { SQLITE, SuiteService } from '../support/browser/suite-service.js';

const HOUR = 3_600_000;

/** As if the person had changed to another tab, or back. */
const showTab = (page: Page, isShown: boolean) =>
  page.evaluate(`(() => {
    const value = ${JSON.stringify(isShown ? 'visible' : 'hidden')};
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    Object.defineProperty(document, 'hidden', { value: ${!isShown}, configurable: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  })()`);

/** Waits until nothing more is asked: an answer may lead to another request. */
async function quiet(asked: readonly string[]): Promise<void> {
  for (let before = -1; before !== asked.length; ) {
    before = asked.length;
    await setTimeout(500);
  }
}

/** Presses Tab until something whose name or text matches has the focus; throws if nothing does. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(
      `(() => { const { ariaLabel, innerText, placeholder } = document.activeElement ?? {};
        return ariaLabel || innerText || placeholder || ''; })()`,
    );
    if (name.test(focused)) return;
  }
  throw new Error(`the key Tab does not reach ${name}`);
}

describe.skipIf(!hasChromium)('the manners of the console', () => {
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

  it('copy an id with the button beside it, and say so', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { page } = await openPage(browser, service.at('tasks/lantern-30'), { permissions });
    await page.getByRole('button', { name: 'Copy lantern-30' }).first().click();
    await page.getByText('Copied').first().waitFor({ state: 'attached' });
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('lantern-30');
  });

  it('mark a session that has not moved for a while', async () => {
    const { page } = await openPage(browser, 'about:blank');
    await page.clock.setFixedTime(Date.now() + 2 * HOUR);
    await page.goto(service.at(''));
    await page.getByText(/lantern\.xlsx has not moved for 2 hr/).waitFor();
    await page
      .getByText(/No movement for 2 hr/)
      .first()
      .waitFor();
  });

  it('ask nothing while the tab is hidden, and everything when it is seen again', async () => {
    const { page } = await openPage(browser, 'about:blank');
    await page.clock.install();
    await page.goto(service.at(''));
    await page
      .getByText(/lantern\.xlsx/)
      .first()
      .waitFor();
    await page.waitForLoadState('networkidle');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.clock.fastForward(60_000);
    await quiet(asked);
    expect(asked.some((url) => url.endsWith('/stats'))).toBe(true);
    await showTab(page, false);
    await quiet(asked);
    asked.length = 0;
    for (let minute = 0; minute < 5; minute += 1) await page.clock.fastForward(60_000);
    await quiet(asked);
    expect(asked).toEqual([]);
    const stats = page.waitForRequest(/\/stats$/);
    await showTab(page, true);
    await stats;
  });

  it('let a person go through the views with the keyboard alone', async () => {
    const { page } = await openPage(browser, service.at(''));
    await page
      .getByText(/lantern\.xlsx/)
      .first()
      .waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement?.tagName')).toBe('MAIN');
    for (const [link, seen] of [
      [/^Sessions$/, 'harbour.xlsx'],
      [/^Failures/, 'Rate limit reached'],
      [/^Quarantine/, 'MISSING_PARENT'],
      [/^Clean-up$/, 'Preview'],
    ] as const) {
      await page.reload();
      await tabTo(page, link);
      await page.keyboard.press('Enter');
      await page.getByText(seen).first().waitFor();
    }
    await page.goto(service.at('sessions'));
    await page.getByText('lantern.xlsx').first().waitFor();
    await tabTo(page, /^lantern\.xlsx$/);
    await page.keyboard.press('Enter');
    await page.getByText('sword 2').first().waitFor();
    await tabTo(page, /^Delete$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement?.innerText')).toBe('Delete');
  });
});
