import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeWithPrograms, pathOf } from '../../support/deployment/debian-programs.js';
import { PROJECT } from '../../support/deployment/deployed.js';
import { findProgram } from '../../support/mysql-servers/command.js';

const FOLDER = join(PROJECT, 'deployment', 'cluster');
const SCRIPT = join(FOLDER, 'galera-node.sh');
const GROUP = '0f72bb23-eba1-11f1-af11-932fb25e63f8';

interface Node {
  /** Its folder of data. */
  readonly data: string;
  readonly run: (...words: string[]) => { code: number | null; output: string };
}

/** A node whose programs only print their arguments. */
function aNode(): Node {
  const folder = mkdtempSync(join(tmpdir(), 'ps-node-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  mkdirSync(data);
  const programs = {
    hostname: 'echo db-9',
    'docker-entrypoint.sh': 'echo "image: $*"',
    mariadbd: `case $1 in
      --wsrep-recover) echo "[Note] WSREP: Recovered position: ${GROUP}:42" >&2 ;;
      *) echo "server: $*" ;;
    esac`,
  };
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const env = { PATH: `${folder}:${process.env.PATH}`, GALERA_DATA: data };
  return {
    data,
    run(...words) {
      const { status, stdout, stderr } = spawnSync(pathOf('bash'), [SCRIPT, ...words], {
        env,
        encoding: 'utf8',
      });
      return { code: status, output: (stdout + stderr).trim() };
    },
  };
}

/** Data, as a node leaves them that has ended. */
function endedAt({ data }: Node, seqno: number, isLast: boolean): void {
  mkdirSync(join(data, 'mysql'));
  writeFileSync(join(data, 'gvwstate.dat'), '');
  writeFileSync(
    join(data, 'grastate.dat'),
    `# GALERA saved state\nversion: 2.1\nuuid:    ${GROUP}\nseqno:   ${seqno}\nsafe_to_bootstrap: ${Number(isLast)}\n`,
  );
}

const NAMED = '--wsrep-node-name=db-9 --wsrep-node-address=db-9';

describeWithPrograms('the script of a node in a container', ['bash'], () => {
  it('joins the others without data, and never starts a group by itself', () => {
    expect(aNode().run()).toEqual({ code: 0, output: `server: ${NAMED}` });
    expect(aNode().run('start').output).toBe(`server: ${NAMED}`);
  });

  it('makes a new database once, after `create`', () => {
    const node = aNode();
    expect(node.run('create').code).toBe(0);
    expect(node.run().output).toBe(`image: mariadbd ${NAMED} --wsrep-new-cluster`);
    expect(node.run().output).toBe(`server: ${NAMED}`);
  });

  it('never makes a new database beside data', () => {
    const node = aNode();
    endedAt(node, 7, true);
    expect(node.run('create')).toEqual({ code: 1, output: expect.stringMatching(/has data/) });
    expect(node.run().output).toBe(`server: ${NAMED}`);
  });

  it('starts the group once, after `bootstrap` of the node that stopped last', () => {
    const node = aNode();
    endedAt(node, 7, true);
    expect(node.run('bootstrap').code).toBe(0);
    expect(existsSync(join(node.data, 'gvwstate.dat'))).toBe(false);
    expect(node.run().output).toBe(`server: ${NAMED} --wsrep-new-cluster`);
    expect(node.run().output).toBe(`server: ${NAMED}`);
  });

  it('does not start the group without data, or with data that may be old', () => {
    expect(aNode().run('bootstrap')).toEqual({
      code: 1,
      output: expect.stringMatching(/has no data/),
    });
    const node = aNode();
    endedAt(node, 7, false);
    expect(node.run('bootstrap')).toEqual({
      code: 1,
      output: expect.stringMatching(/did not stop last/),
    });
    expect(node.run().output).toBe(`server: ${NAMED}`);
  });

  it('starts the group with `--force`, for a person who has compared the positions', () => {
    const node = aNode();
    endedAt(node, 7, false);
    expect(node.run('position').output).toBe(`${GROUP}:7`);
    expect(node.run('bootstrap', '--force').code).toBe(0);
    expect(readFileSync(join(node.data, 'grastate.dat'), 'utf8')).toContain('safe_to_bootstrap: 1');
    expect(node.run().output).toBe(`server: ${NAMED} --wsrep-new-cluster`);
  });

  it('takes the position from the tables after a crash', () => {
    const node = aNode();
    expect(node.run('position').output).toBe('none');
    endedAt(node, -1, false);
    expect(node.run('position').output).toBe(`${GROUP}:42`);
    expect(node.run().output).toBe(`server: ${NAMED} --wsrep-start-position=${GROUP}:42`);
  });

  it('refuses an unknown word', () => {
    expect(aNode().run('boostrap')).toEqual({
      code: 1,
      output: expect.stringMatching(/unknown word: boostrap/),
    });
  });
});

describeWithPrograms('shellcheck', ['shellcheck'], () => {
  it('has no findings in the script of a node', () => {
    expect(execFileSync(pathOf('shellcheck'), [SCRIPT]).toString()).toBe('');
  });
});

const server = findProgram('mariadbd');
describe.skipIf(server === null)('MariaDB with galera.cnf', () => {
  const config = readFileSync(join(FOLDER, 'galera.cnf'), 'utf8');
  /** Reads the settings without starting; the exit code and the effective values. */
  const read = (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'ps-galera-cnf-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'galera.cnf');
    writeFileSync(file, text);
    const words = [`--defaults-file=${file}`, '--user=mysql', '--verbose', '--help'];
    const { status, stdout, stderr } = spawnSync(server ?? '', words, { encoding: 'utf8' });
    return { code: status, stdout, stderr };
  };

  it('knows every setting', () => {
    const { code, stdout, stderr } = read(config);
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/unknown|error/i)]);
    for (const [name, value] of [
      ['wsrep-sync-wait', '0'],
      ['wsrep-cluster-address', 'gcomm://db-1,db-2,db-3'],
      ['wsrep-sst-method', 'mariabackup'],
      ['innodb-flush-log-at-trx-commit', '1'],
    ]) {
      expect(stdout).toMatch(new RegExp(`^${name} +${value}$`, 'm'));
    }
  });

  it('would refuse a misspelt one', () => {
    const { code, stderr } = read(config.replace('wsrep_sync_wait', 'wsrep_sync_weight'));
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/wsrep_sync_weight/);
  });
});
