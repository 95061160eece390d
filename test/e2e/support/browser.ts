import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { until } from '../../support/until';

/** The usual paths of Chromium. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const SWITCHES = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  // Containers have little shared memory.
  '--disable-dev-shm-usage',
];

/** The browser of this machine: CHROMIUM_PATH, or Debian's. Throws when there is none, because these tests need one. */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? PLACES.find(path => existsSync(path));
  if (!executablePath) throw new Error('There is no Chromium: install the package chromium, or say in CHROMIUM_PATH where it is.');
  return chromium.launch({ executablePath, headless: true, args: SWITCHES });
}

export interface Look {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  language?: 'zh-CN' | 'en';
  timezone?: string;
}

/** One person's browser. It collects the errors of its pages, and fails the test that checks for them. */
export class Visitor {
  readonly faults: string[] = [];

  private constructor(readonly context: BrowserContext, readonly page: Page) {}

  /** Opens a browser window of its own, with cookies and storage of its own. */
  static async open(browser: Browser, baseURL: string, { width = 1440, height = 900, colorScheme = 'light', language = 'zh-CN', timezone = 'Asia/Shanghai' }: Look = {}): Promise<Visitor> {
    const context = await browser.newContext({ baseURL, viewport: { width, height }, colorScheme, timezoneId: timezone, locale: language, reducedMotion: 'reduce', acceptDownloads: true });
    await context.addInitScript(`
      if (!localStorage.getItem('weapp-hub.language')) localStorage.setItem('weapp-hub.language', ${JSON.stringify(language)});
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => console.error('CSP report: ' + violatedDirective + ' ' + blockedURI + ' ' + sample));
    `);
    const visitor = new Visitor(context, await context.newPage());
    visitor.watch(visitor.page);
    return visitor;
  }

  private watch(page: Page): void {
    page.on('pageerror', error => this.faults.push(`error of the page: ${error.stack ?? error.message}`));
    page.on('console', message => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      // Chromium reports each 4xx answer as an error; a test names those that it expects.
      if (message.text().startsWith('Failed to load resource')) return;
      this.faults.push(`${message.type()} in the console: ${message.text()} (${message.location().url})`);
    });
    page.on('response', response => {
      if (response.status() >= 500) this.faults.push(`${response.status()} ${response.request().method()} ${response.url()}`);
    });
  }

  /** Opens an address of the console and waits until it has loaded. */
  async go(path: string): Promise<void> {
    await this.page.goto(`/console${path}`);
    await this.rest();
  }

  /** Waits until the page has loaded: no skeleton, and no request under way. */
  async rest(): Promise<void> {
    await this.page.locator('#app > *').first().waitFor();
    await until(() => this.page.locator('.el-skeleton, [aria-busy="true"]').count(), left => left === 0);
    await this.page.evaluate('document.fonts.ready.then(() => null)');
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.go('/sign-in');
    await this.page.locator('input[name=username]').fill(username);
    await this.page.locator('input[name=password]').fill(password);
    await this.page.locator('button[type=submit]').click();
    await this.page.waitForURL(url => !url.pathname.endsWith('/sign-in'));
    await this.rest();
  }

  /** Makes a call of the API with this browser's session, as its page makes it. */
  async api<T = Record<string, unknown>>(method: string, path: string, data?: unknown): Promise<{ status: number; data: T; error?: string }> {
    const session = await (await this.context.request.get('/console/api/session')).json() as { data: { csrfToken: string } | null };
    const response = await this.context.request.fetch(`/console/api${path}`, { method, data, headers: { 'x-csrf-token': session.data?.csrfToken ?? '' } });
    const answer = await response.json() as { data: T; error?: string };
    return { status: response.status(), data: answer.data, error: answer.error };
  }

  /** Fails when the page had an error, a warning, or a report of its policy. */
  assertFaultless(): void {
    assert.deepEqual(this.faults, []);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
