import { describe, expect, it } from 'vitest';
import { anHttpApp, aSession, aTask } from '../../support/http/http-app.js';
import { command, networkOf } from '../../support/processes/command-line.js';

interface Listed {
  readonly total: number;
  readonly items: readonly {
    readonly id: string;
    readonly key: string;
    readonly attempts: number;
    readonly record: object;
  }[];
}

/** A service with this many tasks in quarantine, whose session is missing. */
async function quarantined(count: number) {
  const app = anHttpApp();
  const requests: string[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    requests.push(`${init?.method} ${String(url).replace(/.*translation/, '')}`);
    return networkOf(app)(url, init);
  };
  const tasks = Array.from({ length: count }, (_, index) => aTask(`t-${index}`));
  await app.post('tasks/batch', { tasks });
  await app.post('flush');
  const run = (...words: string[]) => command(['quarantine', ...words], { fetch });
  const listed = async (...words: string[]) =>
    JSON.parse((await run('list', '--json', ...words)).stdout) as Listed;
  const ids = async () => (await listed()).items.map(({ id }) => id);
  return { ...app, run, listed, ids, requests };
}

describe('quarantine list', () => {
  it('shows each record on a line, with the reason', async () => {
    const { run, ids } = await quarantined(1);
    const { code, stdout } = await run('list');
    expect(code).toBe(0);
    const [id] = await ids();
    expect(stdout).toBe(
      `${id}  2026-11-24T12:00:00.000Z  translation_tasks  t-0  tried once: MISSING_PARENT: session_id "s-1" does not exist\n`,
    );
  });

  it('reports an empty quarantine', async () => {
    const { run, listed } = await quarantined(0);
    expect((await run('list')).stdout).toBe('The quarantine is empty.\n');
    expect(await listed()).toEqual({ total: 0, items: [] });
  });

  it('reads all pages, and is one JSON object with the records', async () => {
    const { listed, requests } = await quarantined(120);
    const { total, items } = await listed();
    expect(total).toBe(120);
    expect(new Set(items.map(({ key }) => key)).size).toBe(120);
    expect(items[0]?.record).toMatchObject({ session_id: 's-1', source_text: 'sword' });
    expect(requests).toEqual([1, 2, 3].map((n) => `GET /quarantine?page=${n}&page_size=50`));
  });

  it('lists at most --limit records, and their total number', async () => {
    const { run, listed, requests } = await quarantined(120);
    const { stdout } = await run('list', '--limit', '2');
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(stdout).toMatch(/\n120 records in total\.\n$/);
    expect(requests).toEqual(['GET /quarantine?page=1&page_size=2']);
    expect((await listed('--limit', '70')).items).toHaveLength(70);
    expect((await run('list', '--limit', '0')).code).toBe(2);
  });

  it('shows no record twice if others are added between two pages', async () => {
    const app = await quarantined(60);
    const { stdout } = await command(['quarantine', 'list', '--json'], {
      fetch: async (url, init) => {
        const answer = await networkOf(app)(url, init);
        await app.clock.advance(1);
        await app.post('tasks/batch', { tasks: [aTask(`later ${String(url)}`.slice(0, 64))] });
        await app.post('flush');
        return answer;
      },
    });
    const keys = (JSON.parse(stdout) as Listed).items.map(({ key }) => key);
    expect(keys.length).toBe(60);
    expect(new Set(keys).size).toBe(60);
  });
});

describe('a record with terminal control sequences in its texts', () => {
  const hostile = '\u001b]0;gone\u0007\u001b[2J\u009b31m\u202etxt.exe\u2066\r';
  const ofTheRecord = async (...words: string[]) => {
    const app = anHttpApp();
    await app.post('tasks/batch', {
      tasks: [aTask('t-1', { source_text: hostile, sheet_name: hostile })],
    });
    await app.post('flush');
    return (await command(['quarantine', 'list', ...words], { fetch: networkOf(app) })).stdout;
  };

  it('is shown without them, and as the same JSON', async () => {
    for (const stdout of [await ofTheRecord(), await ofTheRecord('--json')]) {
      expect(stdout).toContain('t-1');
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }
    const { items } = JSON.parse(await ofTheRecord('--json')) as Listed;
    expect(items[0]?.record).toMatchObject({ source_text: hostile });
  });
});

describe('an answer with them in the reason', () => {
  it('is shown without them', async () => {
    const detail = 'moved \u009b2J';
    const fetch = async () =>
      new Response(JSON.stringify({ error_code: 'X', detail }), { status: 500 });
    const { stderr } = await command(['quarantine', 'list'], { fetch });
    expect(stderr).toContain('moved ');
    expect(stderr).not.toContain('\u009b');
  });
});

describe('quarantine requeue', () => {
  it('retries all with --all', async () => {
    const { run, listed, ids } = await quarantined(3);
    const { code, stdout } = await run('requeue', '--all');
    expect([code, stdout]).toEqual([
      0,
      'Requeued 3 records. Records that the store refuses again stay in quarantine.\n',
    ]);
    expect(await ids()).toHaveLength(3);
    expect((await listed()).items.map(({ attempts }) => attempts)).toEqual([2, 2, 2]);
    expect(JSON.parse((await run('requeue', '--all', '--json')).stdout)).toEqual({
      requeued: 3,
      failed: [],
    });
  });

  it.each([
    ['nothing', []],
    ['ids and --all', ['a', '--all']],
  ])('requires ids or --all, and refuses %s', async (_, words) => {
    const { run, ids } = await quarantined(2);
    const { code, stderr } = await run('requeue', ...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--all')]);
    expect(await ids()).toHaveLength(2);
  });

  it('retries the named records, and fails for a missing one', async () => {
    const { run, ids, listed } = await quarantined(3);
    const [one = '', two = '', three] = await ids();
    const { code, stdout, stderr } = await run('requeue', one, 'gone', two, one);
    expect(code).toBe(1);
    expect(stdout).toBe(`requeued ${one}\nrequeued ${two}\n`);
    expect(stderr).toBe('gone: No record "gone" is in quarantine.\n');
    const once = (await listed()).items.filter(({ attempts }) => attempts === 1);
    expect(once.map(({ id }) => id)).toEqual([three]);
  });
});

describe('quarantine drop', () => {
  it('drops the named records', async () => {
    const { run, ids, post } = await quarantined(3);
    const [one = '', two = '', three] = await ids();
    const { code, stdout, stderr } = await run('drop', one, two);
    expect([code, stdout, stderr]).toEqual([0, `dropped ${one}\ndropped ${two}\n`, '']);
    await post('flush');
    expect(await ids()).toEqual([three]);
  });

  it('continues after a missing record, reports it, and fails', async () => {
    const { run, ids } = await quarantined(1);
    const [id = ''] = await ids();
    const { code, stdout } = await run('drop', '../sessions/s-1', id, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      dropped: 1,
      failed: [
        {
          id: '../sessions/s-1',
          error_code: 'HTTP_404',
          detail: 'No record "../sessions/s-1" is in quarantine.',
        },
      ],
    });
  });

  it('stops if the service becomes unreachable, after reporting what was done', async () => {
    const app = await quarantined(3);
    const [one = '', two = '', three = ''] = await app.ids();
    let requests = 0;
    const { code, stdout, stderr } = await command(
      ['quarantine', 'drop', one, two, three, '--json'],
      {
        fetch: (url, init) => {
          requests += 1;
          return requests === 2 ? Promise.reject(new Error('gone')) : networkOf(app)(url, init);
        },
      },
    );
    expect([code, requests]).toEqual([1, 2]);
    expect(JSON.parse(stdout)).toMatchObject({
      dropped: 1,
      failed: [{ id: two, error_code: null }],
    });
    expect(stderr).toContain('does not answer: gone');
  });

  it('requires ids', async () => {
    const { run } = await quarantined(0);
    expect((await run('drop')).code).toBe(2);
  });

  it('releases tasks whose session was sent instead', async () => {
    const { run, post, get, ok } = await quarantined(2);
    await post('sessions/batch', { sessions: [aSession('s-1')] });
    await post('flush');
    expect((await run('list')).stdout).toBe('The quarantine is empty.\n');
    expect(await ok(await get('tasks?fresh=true'))).toMatchObject({ total: 2 });
  });
});
