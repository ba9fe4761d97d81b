import { readFile } from 'node:fs/promises';
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, openBrowser, openPage } from '../support/browser/open-browser.js';
import { send, sendSomeWork, session, task } from '../support/browser/some-work.js';
import { SuiteService, stores } from '../support/browser/suite-service.js';
import { ask, told } from '../support/processes/mysql-service.js';
import { readWorkbook } from '../unit/files/support/read-workbook.js';

/** Nothing is stored because of its age: what the page shows, it has asked for. */
const NEVER_BY_TIME = { BUFFER_FLUSH_INTERVAL: '3600' };

interface Restored {
  readonly tasks_count: number;
  readonly session: { readonly status: string };
}

/** The answer to the first request for `what` that the page sends once `before` is answered. */
function firstAfter(page: Page, before: RegExp, what: RegExp): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    page.on('response', (response) => {
      isAnswered ||= before.test(response.url());
    });
    // Asked for the page: an answer that the page itself aborts has no body.
    const pass = async (route: Route) => {
      const isAfter = isAnswered;
      const response = await route.fetch();
      if (isAfter) resolve(await response.json());
      await route.fulfill({ response }).catch(() => undefined);
    };
    page.route(what, (route) => pass(route).catch(reject)).catch(reject);
  });
}

describe.skipIf(!hasChromium).each(stores())('somebody at the console on $label', (store) => {
  let browser: Browser;
  let service: SuiteService;
  beforeAll(async () => {
    [browser, service] = await Promise.all([
      openBrowser(),
      SuiteService.start(store, NEVER_BY_TIME),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  beforeEach(async () => {
    await ask(service.process, 'DELETE', 'sessions/lantern');
    await sendSomeWork(service.process);
  });

  it('finds what has failed, retries the group, and recovery lists its tasks', async () => {
    await told(service.process, 'POST', 'sessions/batch', {
      sessions: [session('lantern', { status: 'failed' })],
    });
    const { page } = await openPage(browser, service.at(''));
    await page.getByRole('link', { name: /tasks failed for this cause/ }).click();
    const group = page.getByRole('row', { name: /Rate limit reached, retry in <number>s/ });
    const stored = page.waitForResponse(/\/flush$/);
    const asked = firstAfter(page, /\/flush$/, /\/api\/.*\/failures/);
    await group.getByRole('button', { name: 'Retry 4' }).click();
    await page.getByText('4 tasks are pending again').waitFor();
    await stored;
    // Not what a later poll shows: the first answer after the retry.
    expect(await asked).toMatchObject({ total: 0 });
    await page.getByText('No task has failed').waitFor();
    const restored = await told<Restored>(service.process, 'POST', 'recovery/restore/lantern');
    expect(restored).toMatchObject({ tasks_count: 10, session: { status: 'processing' } });
  });

  it('retries the failed cells of a session, and downloads its workbook', async () => {
    const { page } = await openPage(browser, service.at('sessions/lantern'));
    await page.getByRole('button', { name: 'Retry 4 failed' }).click();
    await page.getByText('4 tasks are pending again').waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('lantern.xlsx');
    const workbook = await readWorkbook(await readFile(await download.path()));
    expect(workbook.titles).toEqual(['Items', 'Quests']);
    expect(workbook.sheet('Items').rows[1]).toEqual([2, 'sword 2', '剑 0']);
  });

  it('searches in the sheet, opens a cell with the keyboard, and closes it', async () => {
    const { page } = await openPage(browser, service.at('sessions/lantern'));
    await page.getByPlaceholder('Text of source').fill('sword 7');
    await page.keyboard.press('Enter');
    const cell = page.getByRole('button', { name: /剑 5/ }).first();
    await cell.waitFor();
    await page.getByText('1 row').waitFor();
    await cell.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('lantern-5').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('deletes a session only after its id is typed', async () => {
    const { page } = await openPage(browser, service.at('sessions/lantern'));
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Delete' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('lantern');
    await confirm.click();
    await page.getByText('Deleted, with 40 tasks').waitFor();
    expect((await ask(service.process, 'GET', 'sessions/lantern')).status).toBe(404);
  });

  it('tries a quarantined record again, and it leaves when its session is there', async () => {
    const { page } = await openPage(browser, service.at('quarantine'));
    await page.getByText('MISSING_PARENT').first().waitFor();
    await page.getByRole('button', { name: 'Try all again' }).click();
    await page.getByText('1 record was tried again').waitFor();
    await send(service.process, [session('nowhere')], []);
    await page.getByText('The quarantine is empty').waitFor();
    await told(service.process, 'DELETE', 'sessions/nowhere');
  });

  it('drops a quarantined record only after its key is typed', async () => {
    const lost = task('lost', 'nowhere', 3);
    await send(service.process, [], [lost]);
    const { page, isAccessible } = await openPage(browser, service.at('quarantine'));
    const row = page.getByRole('row', { name: /lost/ });
    await row.getByRole('button', { name: 'Drop' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('los');
    expect(await dialog.getByRole('button', { name: 'Drop' }).isDisabled()).toBe(true);
    await isAccessible();
    await dialog.getByRole('textbox').fill('lost');
    await dialog.getByRole('button', { name: 'Drop' }).click();
    await row.waitFor({ state: 'detached' });
    const { items } = await told<{ items: { key: string }[] }>(
      service.process,
      'GET',
      'quarantine',
    );
    expect(items.map(({ key }) => key)).not.toContain('lost');
  });

  it('previews a clean-up, and deletes only after the number is typed', async () => {
    const { page, isAccessible } = await openPage(browser, service.at('clean-up'));
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('Nothing is that old.').waitFor();
    await page.getByRole('spinbutton', { name: /^Completed/ }).fill('0');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('1 sessions and 0 tasks would be deleted.').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    expect((await ask(service.process, 'GET', 'sessions/harbour')).status).toBe(200);
    await isAccessible();
    await dialog.getByRole('textbox').fill('1');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('1 sessions and 0 tasks are deleted.').waitFor();
    expect((await ask(service.process, 'GET', 'sessions/harbour')).status).toBe(404);
    expect((await ask(service.process, 'GET', 'sessions/lantern')).status).toBe(200);
  });

  it('sees markup and scripts of the texts as texts', async () => {
    const evil = '<img src=x onerror="document.title=\'run\'"><script>document.title=1</script>';
    const cell = task('evil', 'evil', 2, {
      source_text: evil,
      target_text: evil,
      context: evil,
      error_message: evil,
      status: 'failed',
      sheet_name: evil,
      column_name: '<b>zh</b>',
    });
    const of = session('evil', { filename: evil, file_path: evil, metadata: { note: evil } });
    await send(service.process, [of], [cell]);
    for (const path of ['', 'sessions', 'sessions/evil', 'tasks/evil', 'failures']) {
      const { page } = await openPage(browser, service.at(path));
      await page.getByText('onerror=').first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(await page.locator('img[src=x]').count()).toBe(0);
      expect(await page.title()).not.toMatch(/^(run|1)$/);
    }
    await told(service.process, 'DELETE', 'sessions/evil');
  });
});
