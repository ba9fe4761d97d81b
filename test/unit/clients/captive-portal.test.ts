import { describe, expect, it } from 'vitest';
import {
  eachQuarantined,
  eachTask,
  finish,
  type PersistenceClient,
  type Resumed,
  resume,
  type SessionWrite,
  UnexpectedAnswerError,
} from '../../../clients/typescript/index.js';
import { OPERATIONS } from '../../../clients/typescript/operations.js';
import { scripted } from '../../support/clients/scripted.js';
import { aSession } from '../../support/http/http-app.js';

const PAGE = '<!doctype html>\n<html><title>Sign in to the guest network</title></html>';
const html = { headers: { 'content-type': 'text/html' } };
const json = { headers: { 'content-type': 'application/json' } };
const FOREIGN: readonly [name: string, answer: () => Response][] = [
  ['a page to sign in', () => new Response(PAGE, html)],
  ['a page that says it is JSON', () => new Response(PAGE, json)],
  ['nothing', () => new Response('')],
  ['an empty object', () => Response.json({})],
  ['an empty list', () => Response.json([])],
  ['null', () => Response.json(null)],
  ['the state of another program', () => Response.json({ status: 'ok', items: {}, total: '3' })],
];
const failure = (promise: Promise<unknown>) => promise.catch((thrown: unknown) => thrown);
const operations = Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[];

/** Calls an operation with what it takes first: records or an id. */
function call(client: PersistenceClient, operation: keyof typeof OPERATIONS): Promise<unknown> {
  const method = client[operation] as (first?: unknown) => Promise<unknown>;
  if (operation.startsWith('accept')) return method.call(client, [{}]);
  return method.call(client, OPERATIONS[operation][1].includes('{id}') ? 's-1' : undefined);
}

describe.each(FOREIGN)('%s, answered with 200', (_, answer) => {
  it.each(operations)('is an error of %s at once', async (operation) => {
    const { client, requests } = scripted([answer()]);
    const error = await failure(call(client, operation));
    expect(error).toBeInstanceOf(UnexpectedAnswerError);
    expect(error).toMatchObject({ status: 200, expected: expect.stringMatching(/./) });
    expect(requests).toHaveLength(1);
  });

  it('is an error of resume, finish and the lists', async () => {
    const { client, requests } = scripted([answer()]);
    const working = aSession() as SessionWrite;
    const job = { sessionId: 's-1', working, posted: 0 } as Partial<Resumed> as Resumed;
    for (const run of [
      () => resume(client, { ...working, status: 'processing' }, []),
      () => finish(client, job),
      () => eachTask(client).next(),
      () => eachQuarantined(client).next(),
    ]) {
      expect(await failure(run())).toBeInstanceOf(UnexpectedAnswerError);
    }
    expect(requests).toHaveLength(4);
  });
});

describe('the message about a foreign answer', () => {
  it('says what was found, what was expected and what to check', async () => {
    const { client } = scripted([new Response(PAGE, html)]);
    const error = await failure(client.getSession('s-1'));
    expect(error).toMatchObject({
      message:
        'http://service/api/v1/translation/sessions/s-1 answered 200 text/html, which is not an answer of the service. Found: <!doctype html> <html><title>Sign in to the guest network</title></html>. Expected: JSON with session_id, filename, status. Check the address: a proxy, a sign-in page or another program answers there',
      text: PAGE,
      contentType: 'text/html',
    });
  });

  it('says where a redirection leads, and names an empty answer', async () => {
    const redirected = scripted([Response.redirect('https://login.example.org/', 302)]);
    expect(String(await failure(redirected.client.getHealth()))).toContain(
      'Found: a redirection to https://login.example.org/. Expected: JSON with error_code, detail',
    );
    const empty = scripted([new Response('')]);
    expect(String(await failure(empty.client.getLiveness()))).toContain('Found: nothing');
  });

  it('has the beginning of a file, of which no more is read', async () => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull(body) {
        pulled += 1;
        body.enqueue(new TextEncoder().encode('<p>welcome</p>'.repeat(10)));
      },
    });
    const fetch = () => Promise.resolve(new Response(endless, html));
    const { client } = scripted([], { fetch });
    const error = (await failure(client.exportSession('s-1'))) as UnexpectedAnswerError;
    expect(error.text).toHaveLength(500);
    expect(error.expected).toBe('a workbook, CSV or NDJSON');
    expect(pulled).toBeLessThan(20);
  });
});
