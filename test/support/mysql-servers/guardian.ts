import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Ends with its standard input, which closes when the owner asks for it or dies in any way: vitest
 * exits 1 ms after Ctrl-C, without any teardown, and a killed worker runs no hook. It then kills
 * the process group named in `$1/group`, waits for its end (at most 5 s: a zombie that nobody reaps
 * counts as alive) and removes the folder `$1`.
 */
const script = `
trap '' INT TERM HUP
cat >/dev/null
group=$(cat "$1/group" 2>/dev/null)
if [ -n "$group" ]; then
  kill -s KILL -- "-$group"
  tries=0
  while kill -s 0 -- "-$group" && [ $tries -lt 100 ]; do tries=$((tries + 1)); sleep 0.05; done
fi
rm -rf -- "$1"
`;

/**
 * A temporary folder, and the processes that use it, that do not outlive the process that created
 * them.
 */
export class Guardian {
  private constructor(
    readonly folder: string,
    private readonly keeper: ChildProcess,
  ) {}

  /** The folder is `<os.tmpdir()>/<prefix><random>`. */
  static create(prefix: string): Guardian {
    const folder = mkdtempSync(join(tmpdir(), prefix));
    // In its own session: Ctrl-C in a terminal goes to the whole group of the foreground job.
    const keeper = spawn('sh', ['-c', script, 'guardian', folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    keeper.unref();
    return new Guardian(folder, keeper);
  }

  /** Names the process group to kill, by its leader; null: none at the moment. */
  watch(leader: number | null): void {
    nameGroup(this.folder, leader);
  }

  /** Kills the processes and removes the folder; resolves when both are done. */
  async release(): Promise<void> {
    if (this.keeper.exitCode !== null) return;
    const ended = once(this.keeper, 'exit');
    this.keeper.ref();
    this.keeper.stdin?.end();
    await ended;
  }
}

/** Like `watch`, by a process that did not create the guardian of the folder. */
export function nameGroup(folder: string, leader: number | null): void {
  writeFileSync(join(folder, 'group'), leader === null ? '' : String(leader));
}

/** The process group that the guardian of the folder kills; null: none at the moment. */
export function namedGroup(folder: string): number | null {
  const file = join(folder, 'group');
  const leader = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return leader === '' ? null : Number(leader);
}
