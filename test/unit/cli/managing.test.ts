import { describe, expect, it } from 'vitest';
import { anHttpApp, aSession, aTask } from '../../support/http/http-app.js';
import { command, networkOf } from '../../support/processes/command-line.js';

const DAY = 86_400_000;

async function aTalkativeApp() {
  const app = anHttpApp();
  const fetch = networkOf(app);
  await app.post('sessions/batch', {
    sessions: [aSession('s-1', { status: 'completed' }), aSession('s-2', { status: 'failed' })],
  });
  await app.post('tasks/batch', {
    tasks: [
      aTask('t-1', { status: 'completed', duration_ms: 1500, confidence: 0.5, retry_count: 2 }),
      aTask('t-2', { status: 'completed', duration_ms: 2000 }),
      aTask('t-3'),
    ],
  });
  return { ...app, run: (...words: string[]) => command(words, { fetch }) };
}

describe('stats', () => {
  it('shows what is stored as lines, and with --fresh everything accepted until now', async () => {
    const { run } = await aTalkativeApp();
    const early = await run('stats');
    expect(early.stdout).toMatch(/^sessions +0\ntasks +0\naverage duration +none\n/);
    const { code, stdout } = await run('stats', '--fresh');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 9)).toEqual([
      'sessions                   2',
      '  completed                1',
      '  failed                   1',
      'tasks                      3',
      '  completed                2',
      '  pending                  1',
      'average duration    1,750 ms',
      'average confidence    0.5000',
      'retries                    2',
    ]);
    expect(stdout).toMatch(
      /\nsize of memory +0 B {2}memory: translation_sessions, translation_tasks\n$/,
    );
  });

  it('prints the answer unchanged with --json', async () => {
    const app = await aTalkativeApp();
    const { stdout } = await app.run('stats', '--fresh', '--json');
    expect(JSON.parse(stdout)).toEqual(await app.ok(await app.get('stats')));
  });
});

describe('cleanup', () => {
  it('counts what it would delete, and deletes it', async () => {
    const { run, post, clock } = await aTalkativeApp();
    await post('tasks/batch', { tasks: [aTask('t-3', { status: 'skipped' })] });
    await clock.advance(91 * DAY);
    const outcomes: string[] = [];
    for (const words of [['--dry-run'], ['--dry-run'], [], []]) {
      outcomes.push((await run('cleanup', ...words)).stdout);
    }
    expect(outcomes).toEqual([
      'Would delete 2 sessions and 3 tasks.\n',
      'Would delete 2 sessions and 3 tasks.\n',
      'Deleted 2 sessions and 3 tasks.\n',
      'Deleted 0 sessions and 0 tasks.\n',
    ]);
  });

  it('uses the 90 and 30 days of the service, or the given days', async () => {
    const { run, post, clock } = await aTalkativeApp();
    await post('tasks/batch', { tasks: [aTask('t-3', { status: 'skipped' })] });
    const counts = async (...words: string[]) =>
      JSON.parse((await run('cleanup', '--dry-run', '--json', ...words)).stdout) as object;
    await clock.advance(31 * DAY);
    const [failed, both] = [
      { deleted_sessions: 1, deleted_tasks: 0, dry_run: true },
      { deleted_sessions: 2, deleted_tasks: 3, dry_run: true },
    ];
    expect(await counts()).toEqual(failed);
    expect(await counts('--failed-days', '40')).toMatchObject({ deleted_sessions: 0 });
    expect(await counts('--completed-days', '30')).toEqual(both);
    expect(await counts('--completed-days', '0', '--failed-days', '40')).toMatchObject({
      deleted_sessions: 1,
      deleted_tasks: 3,
    });
  });

  it.each(['soon', '-1', '1.5', '36501', ''])('does not take %j for days', async (days) => {
    const { code, stderr } = await command(['cleanup', '--completed-days', days]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('from 0 to 36500')]);
  });
});
