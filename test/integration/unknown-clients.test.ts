import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeWithPrograms } from '../support/deployment/debian-programs.js';
import { anInstallation, type Installation } from '../support/deployment/installation.js';
import {
  answerOn,
  type EntryPoint,
  entryPointsOf,
  exchange,
} from '../support/http/entry-points.js';
import { aSession, BASE } from '../support/http/http-app.js';
import { startPrivateMariaDb } from '../support/mysql-servers/private-mariadb.js';
import { privateServerOfSuite } from '../support/processes/private-server-of-suite.js';

const STALLED = 500;
const GIBIBYTE = 1024 ** 3;
const MEBIBYTE = 1024 ** 2;
/** Twice the 32 MiB that one body may have, and the usual growth of the heap. */
const MORE_MEMORY = 128 * MEBIBYTE;

const JSON_TYPE = 'content-type: application/json';
const FORM_TYPE = 'content-type: application/x-www-form-urlencoded';
const post = (token: string, ...headers: readonly string[]) => [
  `POST ${BASE}/sessions/batch HTTP/1.1`,
  `authorization: Bearer ${token}`,
  ...headers,
];

/** A body of the given length, or in chunks, generated while it is sent. */
function* largeBody(how: 'declared' | 'chunked'): Generator<Buffer> {
  const block = Buffer.alloc(MEBIBYTE, ' ');
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), block, Buffer.from('\r\n')]);
  for (let sent = 0; sent < GIBIBYTE; sent += MEBIBYTE) yield how === 'declared' ? block : chunk;
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** A client with a key that continuously writes and reads, through nginx. */
class GoodClient {
  readonly statuses: number[] = [];
  #over = false;
  readonly #end: Promise<void>;

  constructor(private readonly installation: Installation) {
    this.#end = this.#work();
  }

  async stop(): Promise<void> {
    this.#over = true;
    await this.#end;
  }

  async #work(): Promise<void> {
    const { ask } = this.installation;
    for (let round = 0; !this.#over; round += 1) {
      const sessions = [aSession(`good-${round}`)];
      this.statuses.push((await ask('POST', 'sessions/batch', { sessions })).status);
      this.statuses.push((await ask('GET', `sessions/good-${round}`)).status);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Runs actions of unknown clients, and checks that a client with a key is served meanwhile. */
async function beside(
  installation: Installation,
  unknownClients: () => Promise<void>,
): Promise<void> {
  const client = new GoodClient(installation);
  await unknownClients().finally(() => client.stop());
  expect(client.statuses.length).toBeGreaterThan(1);
  expect(new Set(client.statuses)).toEqual(new Set([200]));
}

async function atEachEntryPoint(
  installation: Installation,
  visit: (entryPoint: EntryPoint) => Promise<void>,
) {
  await beside(installation, async () => {
    for (const entryPoint of entryPointsOf(installation)) await visit(entryPoint);
  });
}

/** The statuses of 500 such requests through nginx and directly; 0 for none. */
async function stalledAtBothEntryPoints(installation: Installation, lines: readonly string[]) {
  const found: number[][] = [];
  await beside(installation, async () => {
    const entryPoints = entryPointsOf(installation).map(async (entryPoint) => {
      const statuses = Array.from({ length: STALLED }, async () => {
        const socket = await entryPoint.connect();
        socket.write(lines.join('\r\n'));
        return (await answerOn(socket)).status;
      });
      return [...new Set(await Promise.all(statuses))].sort();
    });
    found.push(...(await Promise.all(entryPoints)));
  });
  return found;
}

const body = (text: string) => [`content-length: ${Buffer.byteLength(text)}`, text] as const;

describeWithPrograms('an unknown client', ['nginx', 'openssl'], () => {
  const server = privateServerOfSuite(startPrivateMariaDb);

  it('with a wrong key gets 401', async () => {
    const installation = await anInstallation(server());
    await atEachEntryPoint(installation, async (entryPoint) => {
      const [length, text] = body('{"sessions":[]}');
      const { status, head, problem } = await exchange(
        entryPoint,
        post('psk_wrong', JSON_TYPE, length),
        [text],
      );
      expect([entryPoint.name, status]).toEqual([entryPoint.name, 401]);
      expect(head).toMatch(/^www-authenticate: Bearer .*error="invalid_token"/im);
      expect(problem).toMatchObject({ status: 401, error_code: 'UNAUTHORIZED' });
    });
  });

  it('with a form gets 415: the body must be JSON', async () => {
    const installation = await anInstallation(server());
    await atEachEntryPoint(installation, async (entryPoint) => {
      const [length, text] = body('sessions=all&of=them');
      const request = post(installation.token('backend'), FORM_TYPE, length);
      const { status, problem } = await exchange(entryPoint, request, [text]);
      expect([entryPoint.name, status]).toEqual([entryPoint.name, 415]);
      expect(problem.error_code).toBe('UNSUPPORTED_MEDIA_TYPE');
    });
  });

  it('with 100,000 nested lists gets 422: it is too deep', async () => {
    const installation = await anInstallation(server());
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const sessions = JSON.stringify([aSession('deep', { metadata: 'NESTED' })]);
    const [length, text] = body(`{"sessions":${sessions.replace('"NESTED"', nested)}}`);
    await atEachEntryPoint(installation, async (entryPoint) => {
      const request = post(installation.token('backend'), JSON_TYPE, length);
      const { status, problem } = await exchange(entryPoint, request, [text]);
      expect([entryPoint.name, status]).toEqual([entryPoint.name, 422]);
      expect(problem).toMatchObject({
        error_code: 'VALIDATION_ERROR',
        errors: [{ path: 'body', message: 'is nested deeper than 256 levels' }],
      });
    });
  });

  it('with oversized headers gets 431', async () => {
    const installation = await anInstallation(server());
    const header = `x-large: ${'a'.repeat(100_000)}`;
    await atEachEntryPoint(installation, async (entryPoint) => {
      const { status, problem } = await exchange(entryPoint, ['GET /health HTTP/1.1', header], []);
      expect([entryPoint.name, status]).toEqual([entryPoint.name, 431]);
      expect(problem).toMatchObject({ status: 431, error_code: 'HTTP_431' });
    });
  });

  it.each([
    ['declared', `content-length: ${GIBIBYTE}`],
    ['chunked', 'transfer-encoding: chunked'],
  ] as const)(
    'with 1 GiB, %s, gets 413 with the limit while it still sends',
    async (how, length) => {
      const installation = await anInstallation(server());
      const { pid } = installation.service();
      const before = residentBytes(pid);
      await atEachEntryPoint(installation, async (entryPoint) => {
        const request = post(installation.token('backend'), JSON_TYPE, length);
        const { status, problem, sent } = await exchange(entryPoint, request, largeBody(how));
        expect([entryPoint.name, status]).toEqual([entryPoint.name, 413]);
        expect(problem).toMatchObject({ status: 413, error_code: 'PAYLOAD_TOO_LARGE' });
        expect(sent).toBeLessThan(GIBIBYTE / 4);
        expect(residentBytes(pid) - before).toBeLessThan(MORE_MEMORY);
      });
    },
  );

  it('that stalls 500 requests in their headers is disconnected, without nginx with 408', async () => {
    const installation = await anInstallation(server(), { SERVICE_REQUEST_TIMEOUT: '5' });
    const lines = ['GET /health HTTP/1.1', 'host: local'];
    expect(await stalledAtBothEntryPoints(installation, lines)).toEqual([[0], [408]]);
  });

  it('that stalls 500 requests in their bodies is disconnected, without nginx with 408', async () => {
    const installation = await anInstallation(server(), { SERVICE_REQUEST_TIMEOUT: '5' });
    const request = post(installation.token('backend'), JSON_TYPE, 'content-length: 1000');
    const lines = [...request, 'host: localhost', '', '{"sess'];
    // nginx accepts 200 requests of one address at a time.
    expect(await stalledAtBothEntryPoints(installation, lines)).toEqual([[0, 429], [408]]);
  });
});
