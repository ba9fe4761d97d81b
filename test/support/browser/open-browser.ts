import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** Debian's. The shell has no window, and takes half of the processor time. */
const PROGRAMS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'] as const;
/** Elsewhere CHROMIUM names it. */
const PROGRAM = process.env.CHROMIUM ?? PROGRAMS.find(existsSync) ?? PROGRAMS[1];
const SCREENSHOTS = join(import.meta.dirname, '..', '..', '..', 'reports', 'screenshots');

/** Without it the tests of the console are skipped; never under CI. */
export const hasChromium = existsSync(PROGRAM) || Boolean(process.env.CI);
if (!hasChromium) console.warn(`CONSOLE NOT TESTED: there is no ${PROGRAM}`);

/** It would only report to its maker, and starts faster without. */
const QUIET = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'];
const ARGUMENTS = [
  '--no-sandbox',
  '--no-first-run',
  ...QUIET.map((feature) => `--disable-${feature}`),
];

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS });
}

export interface OpenPage {
  readonly page: Page;
  /** What a page must never do: violate its policy, or throw. */
  readonly faults: readonly string[];
  screenshot(name: string): Promise<void>;
  /** Throws unless axe finds nothing serious. */
  isAccessible(): Promise<void>;
}

/** A page of its own, closed after the test; its faults fail the test. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`thrown: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Content-Security-Policy/.test(message.text()))
      faults.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });
  await page.goto(url);
  return {
    page,
    faults,
    async screenshot(name) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
    },
    async isAccessible() {
      // What is half transparent while it appears has too little contrast.
      await page.evaluate(`Promise.allSettled(document.getAnimations()
        .filter(({ effect }) => effect.getComputedTiming().endTime < Infinity)
        .map(({ finished }) => finished))`);
      // Evaluated by the debugger: no script enters the page against its policy.
      const found = await page.evaluate(`(() => { ${axe.source}; return axe.run(document, {
        resultTypes: ['violations'],
      }).then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | '))); })()`);
      expect(found).toEqual([]);
    },
  };
}
