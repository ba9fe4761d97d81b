import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasChromium, openBrowser, openPage } from '../support/browser/open-browser.js';
import { sendSomeWork, session, task } from '../support/browser/some-work.js';
import { SQLITE, SuiteService } from '../support/browser/suite-service.js';
import { anApiKey, bearer } from '../support/http/api-keys.js';
import { BASE } from '../support/http/http-app.js';
import { startPrivateMariaDb } from '../support/mysql-servers/private-mariadb.js';
import { ServerNotAvailable } from '../support/mysql-servers/private-server.js';
import { told } from '../support/processes/mysql-service.js';

const reader = anApiKey('reader', 'read');
const admin = anApiKey('admin', 'admin');

async function aService(env: Record<string, string> = {}): Promise<SuiteService> {
  const service = await SuiteService.start(SQLITE, env);
  onTestFinished(() => service.stop());
  return service;
}

describe.skipIf(!hasChromium)('the console', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('asks for a key, refuses a wrong one, and offers only what the key may do', async () => {
    const keys = [reader.key, admin.key];
    const service = await aService({ AUTH_API_KEYS: JSON.stringify(keys) });
    const post = (path: string, body: object) =>
      fetch(`${service.process.url}${BASE}/${path}`, {
        method: 'POST',
        headers: { ...bearer(admin.token).headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await post('sessions/batch', { sessions: [session('s-1')] });
    await post('tasks/batch?ack=stored', { tasks: [task('t-1', 's-1', 2, { status: 'failed' })] });
    const { page } = await openPage(browser, service.at('sessions/s-1'));
    const enter = async (key: string) => {
      await page.getByLabel('API key', { exact: true }).fill(key);
      await page.getByRole('button', { name: 'Continue' }).click();
    };
    await page.getByText('An API key is needed').waitFor();
    await enter('psk_wrong');
    await page.getByText('The service does not know this key.').waitFor();
    await enter(reader.token);
    await page.getByText('sword 2').first().waitFor();
    await page.getByRole('button', { name: 'Export' }).waitFor();
    expect(await page.getByRole('button', { name: /Retry|Delete/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Forget the key' }).click();
    await enter(admin.token);
    await page.getByRole('button', { name: 'Retry 1 failed' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).waitFor();
    const stored = await page.evaluate('JSON.stringify(localStorage) + document.cookie');
    expect(stored).not.toContain('psk_');
  });

  it('says that the service is away, and goes on when it is back', async () => {
    const service = await aService();
    await sendSomeWork(service.process);
    const { page } = await openPage(browser, service.at('sessions/lantern'));
    await page.getByText('sword 2').first().waitFor();
    await service.kill();
    await page.getByText('The service does not answer').first().waitFor();
    // What is known stays on the page.
    expect(await page.getByText('sword 2').first().isVisible()).toBe(true);
    await service.startAgain();
    await page.getByText('The service answers again.').waitFor();
  });

  it('says that the store is away, and shows the waiting writes until it is back', async (context) => {
    const server = await startPrivateMariaDb().catch((error: unknown) => {
      // Under CI it is no such error: there, the test cannot be skipped.
      if (!(error instanceof ServerNotAvailable)) throw error;
      console.warn(`NOT TESTED: ${error.message}`);
      return context.skip(error.message);
    });
    onTestFinished(() => server.dispose());
    const service = await SuiteService.start({ label: server.label, server });
    onTestFinished(() => service.stop());
    await sendSomeWork(service.process);
    const { page } = await openPage(browser, service.at(''));
    await page.getByText('Sessions at work').waitFor();
    await server.kill();
    await page.getByText('The store does not answer.').first().waitFor();
    await told(service.process, 'POST', 'sessions/batch', { sessions: [session('meanwhile')] });
    await server.restart();
    await page.getByText('The store does not answer.').first().waitFor({ state: 'detached' });
    await told(service.process, 'POST', 'flush');
    await page.getByText('meanwhile.xlsx').first().waitFor();
  });

  it('tells an empty service how to send the first batch', async () => {
    const service = await aService();
    const { page } = await openPage(browser, service.at(''));
    await page.getByText('Nothing is stored yet').waitFor();
    const command = await page.locator('pre').first().innerText();
    const { execFileSync } = await import('node:child_process');
    execFileSync('bash', ['-ec', command], { stdio: 'pipe' });
    const answer = await fetch(`${service.process.url}${BASE}/stats?fresh=true`);
    expect(await answer.json()).toMatchObject({ sessions: { total: 1 } });
  });

  it('switches the language, and remembers it', async () => {
    const service = await aService();
    const { page } = await openPage(browser, service.at('sessions'));
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('link', { name: '会话' }).first().waitFor();
    await page.reload();
    await page.getByRole('link', { name: '会话' }).first().waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  });
});
