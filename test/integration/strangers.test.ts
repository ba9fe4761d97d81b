import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeWithPrograms } from '../support/debian-programs.js';
import { answerOn, type Door, doorsOf, exchange } from '../support/door.js';
import { aSession, BASE } from '../support/http-app.js';
import { anInstallation, type Installation } from '../support/installation.js';
import { startPrivateMariaDb } from '../support/mysql-servers/private-mariadb.js';
import { privateServerOfSuite } from '../support/private-server-of-suite.js';

const STALLED = 500;
const GIBIBYTE = 1024 ** 3;
const MEBIBYTE = 1024 ** 2;
/** Twice the 32 MiB that one body may hold at a time, and what the heap grows in any case. */
const MORE_MEMORY = 128 * MEBIBYTE;

const JSON_TYPE = 'content-type: application/json';
const FORM_TYPE = 'content-type: application/x-www-form-urlencoded';
const post = (token: string, ...headers: readonly string[]) => [
  `POST ${BASE}/sessions/batch HTTP/1.1`,
  `authorization: Bearer ${token}`,
  ...headers,
];

/** A body of the length given, or in chunks, made as it is sent. */
function* largeBody(how: 'declared' | 'chunked'): Generator<Buffer> {
  const block = Buffer.alloc(MEBIBYTE, ' ');
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), block, Buffer.from('\r\n')]);
  for (let sent = 0; sent < GIBIBYTE; sent += MEBIBYTE) yield how === 'declared' ? block : chunk;
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** A client with its key that writes and reads all the time, through nginx. */
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

/** Runs what strangers do, and sees that a client with its key is served all the while. */
async function beside(installation: Installation, strangers: () => Promise<void>): Promise<void> {
  const client = new GoodClient(installation);
  await strangers().finally(() => client.stop());
  expect(client.statuses.length).toBeGreaterThan(1);
  expect(new Set(client.statuses)).toEqual(new Set([200]));
}

async function toEachDoor(installation: Installation, visit: (door: Door) => Promise<void>) {
  await beside(installation, async () => {
    for (const door of doorsOf(installation)) await visit(door);
  });
}

/** The statuses that 500 such requests are answered with through nginx, and past it; 0 for none. */
async function stalledAtBothDoors(installation: Installation, lines: readonly string[]) {
  const found: number[][] = [];
  await beside(installation, async () => {
    const doors = doorsOf(installation).map(async (door) => {
      const statuses = Array.from({ length: STALLED }, async () => {
        const socket = await door.connect();
        socket.write(lines.join('\r\n'));
        return (await answerOn(socket)).status;
      });
      return [...new Set(await Promise.all(statuses))].sort();
    });
    found.push(...(await Promise.all(doors)));
  });
  return found;
}

const body = (text: string) => [`content-length: ${Buffer.byteLength(text)}`, text] as const;

describeWithPrograms('a stranger at the doors', ['nginx', 'openssl'], () => {
  const server = privateServerOfSuite(startPrivateMariaDb);

  it('with a wrong key is told so, with 401', async () => {
    const installation = await anInstallation(server());
    await toEachDoor(installation, async (door) => {
      const [length, text] = body('{"sessions":[]}');
      const { status, head, problem } = await exchange(door, post('psk_wrong', JSON_TYPE, length), [
        text,
      ]);
      expect([door.name, status]).toEqual([door.name, 401]);
      expect(head).toMatch(/^www-authenticate: Bearer .*error="invalid_token"/im);
      expect(problem).toMatchObject({ status: 401, error_code: 'UNAUTHORIZED' });
    });
  });

  it('with a form is told that it must be JSON, with 415', async () => {
    const installation = await anInstallation(server());
    await toEachDoor(installation, async (door) => {
      const [length, text] = body('sessions=all&of=them');
      const request = post(installation.token('backend'), FORM_TYPE, length);
      const { status, problem } = await exchange(door, request, [text]);
      expect([door.name, status]).toEqual([door.name, 415]);
      expect(problem.error_code).toBe('UNSUPPORTED_MEDIA_TYPE');
    });
  });

  it('with 100,000 lists in one another is told that it is too deep, with 422', async () => {
    const installation = await anInstallation(server());
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const sessions = JSON.stringify([aSession('deep', { metadata: 'NESTED' })]);
    const [length, text] = body(`{"sessions":${sessions.replace('"NESTED"', nested)}}`);
    await toEachDoor(installation, async (door) => {
      const request = post(installation.token('backend'), JSON_TYPE, length);
      const { status, problem } = await exchange(door, request, [text]);
      expect([door.name, status]).toEqual([door.name, 422]);
      expect(problem).toMatchObject({
        error_code: 'VALIDATION_ERROR',
        errors: [{ path: 'body', message: 'is nested deeper than 256 levels' }],
      });
    });
  });

  it('with headers that are too large is told so, with 431', async () => {
    const installation = await anInstallation(server());
    const header = `x-large: ${'a'.repeat(100_000)}`;
    await toEachDoor(installation, async (door) => {
      const { status, problem } = await exchange(door, ['GET /health HTTP/1.1', header], []);
      expect([door.name, status]).toEqual([door.name, 431]);
      expect(problem).toMatchObject({ status: 431, error_code: 'HTTP_431' });
    });
  });

  it.each([
    ['declared', `content-length: ${GIBIBYTE}`],
    ['chunked', 'transfer-encoding: chunked'],
  ] as const)(
    'with 1 GiB, %s, is told the limit while it still sends, with 413',
    async (how, length) => {
      const installation = await anInstallation(server());
      const { pid } = installation.service();
      const before = residentBytes(pid);
      await toEachDoor(installation, async (door) => {
        const request = post(installation.token('backend'), JSON_TYPE, length);
        const { status, problem, sent } = await exchange(door, request, largeBody(how));
        expect([door.name, status]).toEqual([door.name, 413]);
        expect(problem).toMatchObject({ status: 413, error_code: 'PAYLOAD_TOO_LARGE' });
        expect(sent).toBeLessThan(GIBIBYTE / 4);
        expect(residentBytes(pid) - before).toBeLessThan(MORE_MEMORY);
      });
    },
  );

  it('that leaves 500 requests stalled in their headers is cut off, past nginx with 408', async () => {
    const installation = await anInstallation(server(), { SERVICE_REQUEST_TIMEOUT: '5' });
    const lines = ['GET /health HTTP/1.1', 'host: local'];
    expect(await stalledAtBothDoors(installation, lines)).toEqual([[0], [408]]);
  });

  it('that leaves 500 requests stalled in their bodies is cut off, past nginx with 408', async () => {
    const installation = await anInstallation(server(), { SERVICE_REQUEST_TIMEOUT: '5' });
    const request = post(installation.token('backend'), JSON_TYPE, 'content-length: 1000');
    const lines = [...request, 'host: localhost', '', '{"sess'];
    // nginx takes 200 requests of one address at a time.
    expect(await stalledAtBothDoors(installation, lines)).toEqual([[0, 429], [408]]);
  });
});
