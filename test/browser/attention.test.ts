import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openBrowser, openPage } from '../support/browser/open-browser.js';
import { send, session, task } from '../support/browser/some-work.js';
import { SQLITE, SuiteService } from '../support/browser/suite-service.js';
import { told } from '../support/processes/mysql-service.js';

/** Milliseconds after which a session counts as stopped. */
const STOPPED_AFTER = 15 * 60_000;
/** As many as the overview shows with their progress. */
const SHOWN = 12;
/** As many as it looks at for those that stopped. */
const LOOKED_AT = 50;
const NOTHING = 'Nothing needs attention.';

interface Stored {
  readonly updated_at: string;
}

describe.skipIf(!hasChromium)('what needs attention', () => {
  let browser: Browser;
  let service: SuiteService;
  beforeAll(async () => {
    [browser, service] = await Promise.all([openBrowser(), SuiteService.start(SQLITE)]);
    await send(service.process, [session('lantern')], [task('lantern-1', 'lantern', 2)]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  /** When the first of these records was stored, in milliseconds. */
  const firstWritten = async (paths: readonly string[]) => {
    const stored = await Promise.all(
      paths.map((path) => told<Stored>(service.process, 'GET', path)),
    );
    return Math.min(...stored.map(({ updated_at }) => Date.parse(updated_at)));
  };

  it.each([
    ['the statistics', /\/stats$/],
    ['the sessions', /\/sessions\?/],
    ['the failures', /\/failures\?/],
  ])('is not “nothing” while %s are unknown', async (_, path) => {
    const { page } = await openPage(browser, 'about:blank');
    await page.route(path, (route) => route.abort());
    await page.goto(service.at(''));
    // Of the health, which once stood for all.
    await page.getByText('Accepted since the start').waitFor();
    await page.waitForLoadState('networkidle');
    await page.getByText('Not everything has been checked.').waitFor();
    expect(await page.getByText(NOTHING).count()).toBe(0);
    await page.unroute(path);
    await page.reload();
    await page.getByText(NOTHING).waitFor();
  });

  it('is a session that stopped before many others that move', async () => {
    const others = Array.from({ length: SHOWN }, (_, index) => session(`moving-${index}`));
    await send(service.process, others, []);
    const moved = await firstWritten(others.map(({ session_id }) => `sessions/${session_id}`));
    const { page } = await openPage(browser, 'about:blank');
    // The last moment at which all others still count as moving.
    await page.clock.setFixedTime(moved + STOPPED_AFTER);
    await page.goto(service.at(''));
    await page.getByText(/lantern\.xlsx has not moved for 15 min/).waitFor({ timeout: 30_000 });
    expect(await page.getByText(/has not moved for/).count()).toBe(1);
  });

  it('is not “nothing” while there are more sessions than are looked at', async () => {
    const sessions = Array.from({ length: LOOKED_AT }, (_, index) => session(`long-${index}`));
    await send(service.process, sessions, []);
    const tasks = sessions.map(({ session_id }) => task(`${session_id}-1`, session_id, 2));
    await send(service.process, [], tasks);
    const moved = await firstWritten(tasks.map(({ task_id }) => `tasks/${task_id}`));
    const { page } = await openPage(browser, 'about:blank');
    // The sessions themselves were written before that, and so was one that stopped.
    await page.clock.setFixedTime(moved + STOPPED_AFTER);
    await page.goto(service.at(''));
    await page.getByText('Sessions at work').waitFor();
    await page.waitForLoadState('networkidle');
    await page.getByText('Not everything has been checked.').waitFor();
    expect(await page.getByText(NOTHING).count()).toBe(0);
    expect(await page.getByText(/has not moved for/).count()).toBe(0);
  });
});
