import { describe, expect, it } from 'vitest';
import { anHttpApp } from '../../support/http/http-app.js';
import { command, networkOf } from '../../support/processes/command-line.js';

/** The address that `health` asked, with a healthy service. */
async function asked(...words: readonly string[]): Promise<string> {
  let url = '';
  const { code } = await command(['health', ...words], {
    env: { AUTH_ALLOW_ANONYMOUS: 'true' },
    fetch: async (input) => {
      url = String(input);
      return Response.json({ status: 'healthy', problems: [] });
    },
  });
  expect(code).toBe(0);
  return url;
}

describe('the health command asks', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8001/health'],
    ['localhost', 'http://localhost:8001/health'],
    ['0.0.0.0', 'http://127.0.0.1:8001/health'],
    ['::', 'http://[::1]:8001/health'],
    ['::1', 'http://[::1]:8001/health'],
    ['10.1.2.3', 'http://10.1.2.3:8001/health'],
  ])('a service that listens on %s at %s', async (host, url) => {
    expect(await asked('--service.host', host)).toBe(url);
  });

  it('the address in --url, with a path too', async () => {
    expect(await asked('--url', 'https://example.org/translations/')).toBe(
      'https://example.org/translations/health',
    );
  });
});

describe('the health command', () => {
  it('shows the health of the service without a key', async () => {
    const { code, stdout } = await command(['health', '--json'], { fetch: networkOf(anHttpApp()) });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      url: 'http://127.0.0.1:8001/health',
      status: 'healthy',
      problems: [],
    });
  });

  it('detects another program at that address', async () => {
    const { code, stdout } = await command(['health'], {
      fetch: async () => new Response('hello', { status: 200 }),
    });
    expect([code, stdout]).toEqual([
      1,
      '200: http://127.0.0.1:8001/health\n- not the answer of this service\n',
    ]);
  });

  it('gives the reason if it is refused', async () => {
    const app = anHttpApp();
    const { code, stdout } = await command(['health', '--url', 'http://tale.example:8001'], {
      fetch: (url) =>
        app.request('GET', '/health', { headers: { host: new URL(String(url)).host } }),
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^421: .*\n- HOST_NOT_ALLOWED: .*auth\.allowed_hosts.*"tale\.example"/);
  });

  it('shows the reasons without terminal control characters', async () => {
    const { stdout } = await command(['health'], {
      fetch: async () => Response.json({ status: 'degraded', problems: ['\u001b[2Ja\u202eb'] }),
    });
    expect(stdout).toContain('- \\u{1b}[2Ja\\u{202e}b\n');
  });
});
