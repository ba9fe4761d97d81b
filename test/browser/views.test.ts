import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openBrowser, openPage } from '../support/browser/open-browser.js';
import { sendSomeWork } from '../support/browser/some-work.js';
import { SuiteService, stores } from '../support/browser/suite-service.js';

const VIEWS = [
  ['overview', '', /Needs attention|需要/],
  ['sessions', 'sessions', /lantern\.xlsx/],
  ['session', 'sessions/lantern', /sword 2/],
  ['task', 'tasks/lantern-30', /Rate limit reached/],
  ['failures', 'failures', /Rate limit reached, retry in <number>s/],
  ['quarantine', 'quarantine', /orphan/],
  ['clean-up', 'clean-up', /./],
] as const;

describe.skipIf(!hasChromium).each(stores())('the console on $label', (store) => {
  let browser: Browser;
  let service: SuiteService;
  beforeAll(async () => {
    [browser, service] = await Promise.all([openBrowser(), SuiteService.start(store)]);
    await sendSomeWork(service.process);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  const at = (path: string) => service.at(path);

  // The views do not depend on the store; one language shows that its answers do not either.
  const manners = [
    ['en-US', {}],
    ['zh-CN', {}],
    ['en-US', { viewport: { width: 390, height: 780 } }],
  ] as const;
  describe.each(store.server === null ? manners : manners.slice(0, 1))(
    'in %s %j',
    (locale, options) => {
      it.each(VIEWS)(
        'shows the view %s, accessible and within its policy',
        async (name, path, text) => {
          const { page, isAccessible, screenshot } = await openPage(browser, at(path), {
            locale,
            ...options,
          });
          await page.getByText(text).first().waitFor();
          await page.waitForLoadState('networkidle');
          await screenshot(
            `${store.label}-${locale}${'viewport' in options ? '-phone' : ''}-${name}`,
          );
          await isAccessible();
        },
      );
    },
  );

  it('leads from / to the console', async () => {
    const { page } = await openPage(browser, `${service.process.url}/`);
    await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
    expect(page.url()).toBe(at(''));
  });

  it('says so when there is no such page, session or task', async () => {
    const { page } = await openPage(browser, at('nothing/here'));
    await page.getByText('There is no such page').waitFor();
    await page.goto(at('sessions/none'));
    await page.getByText('does not exist').first().waitFor();
    await page.goto(at('tasks/none'));
    await page.getByText('does not exist').first().waitFor();
  });
});
