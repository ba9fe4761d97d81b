import { describe, expect, it } from 'vitest';
import { anApiKey } from '../../support/http/api-keys.js';
import { anHttpApp } from '../../support/http/http-app.js';
import { command, networkOf } from '../../support/processes/command-line.js';

const reader = anApiKey('reader', 'read');
const writer = anApiKey('writer', 'write');
const access = { apiKeys: [reader.key, writer.key] };

/** The output of `stats` for this answer. */
async function saidOf(response: Response): Promise<string> {
  const { code, stdout, stderr } = await command(['stats'], { fetch: async () => response });
  expect([code, stdout]).toEqual([1, '']);
  return stderr;
}

describe('a command that asks the service', () => {
  it.each([
    [['stats']],
    [['cleanup']],
    [['quarantine', 'list']],
    [['quarantine', 'requeue', '--all']],
    [['quarantine', 'drop', 'a']],
  ])('fails if the service is unreachable, and names the address: %j', async (words) => {
    const { code, stdout, stderr } = await command(words);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(
      'http://127.0.0.1:8001 does not answer: connect ECONNREFUSED 127.0.0.1:8001',
    );
    expect(stderr).toContain('--url');
  });

  it.each([
    ['read', ['stats']],
    ['read', ['quarantine', 'list']],
    ['admin', ['cleanup', '--dry-run']],
    ['admin', ['quarantine', 'requeue', '--all']],
    ['admin', ['quarantine', 'drop', 'a']],
  ])('fails without a key, and names the scope %s: %j', async (scope, words) => {
    const fetch = networkOf(anHttpApp({}, { access }));
    const none = await command(words, { fetch });
    expect([none.code, none.stdout]).toEqual([1, '']);
    expect(none.stderr).toContain('answered 401 UNAUTHORIZED: Send an API key');
    expect(none.stderr).toContain(`a key with the scope ${scope}: PERSISTENCE_API_KEY`);

    const env = { PERSISTENCE_API_KEY: writer.token };
    const wrong = await command(words, { fetch, env });
    expect([wrong.code, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toContain(
      `answered 403 FORBIDDEN: This needs the scope ${scope}; the key "writer" has write.`,
    );
    expect(wrong.stderr).not.toContain(writer.token);
  });

  it('passes on the error of the service, when to retry, and the request id for the log', async () => {
    const said = await saidOf(
      Response.json(
        {
          error_code: 'STORAGE_UNAVAILABLE',
          detail: 'sqlite is\u001b[2J locked',
          request_id: 'r-1',
        },
        { status: 503, headers: { 'retry-after': '5' } },
      ),
    );
    expect(said).toBe(
      [
        'http://127.0.0.1:8001 answered 503 STORAGE_UNAVAILABLE: sqlite is\\u{1b}[2J locked',
        'Retry after 5 s.',
        'Request r-1 in the log of the service.',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [
      'a page',
      new Response('<h1>Bad Gateway</h1>', { status: 502 }),
      '502, which is not an answer of the service',
    ],
    [
      'nothing',
      new Response(null, { status: 500 }),
      '500, which is not an answer of the service. Check the address',
    ],
    ['other JSON', Response.json({ hello: 'world' }), '200, which is not an answer of the service'],
    ['no JSON', new Response('ok'), '200, which is not an answer of the service: ok'],
    [
      'another address',
      Response.redirect('https://example.org/', 301),
      'moved to https://example.org/',
    ],
  ])('detects %s in place of the answer', async (_, response, expected) => {
    expect(await saidOf(response)).toContain(expected);
  });

  it('reports a timeout of the service', async () => {
    const { code, stderr } = await command(['stats'], {
      fetch: () => Promise.reject(new DOMException('aborted', 'TimeoutError')),
    });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('does not answer: no answer within 60 s'),
    ]);
  });
});
