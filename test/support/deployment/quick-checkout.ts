import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type CommandResult, runCommand } from '../mysql-servers/command.js';
import { copyOfProject } from './project-copy.js';

const TIMEOUT = 120_000;
/** Builds a program that does nothing, and installs nothing. */
const NPM = `#!/bin/sh
[ "$1" != run ] || { mkdir -p dist && : >dist/main.js; }
`;

export interface QuickCheckout {
  /** The folder of the checkout. */
  readonly folder: string;
  readonly target: string;
  /** Makes a program that the scripts find before all others. */
  readonly addProgram: (name: string, text: string) => void;
  readonly removeProgram: (name: string) => void;
  /** Runs its deploy.sh, which migrates nothing. */
  readonly deploy: () => Promise<CommandResult>;
  /** The names in TARGET/releases. */
  readonly releases: () => readonly string[];
}

/**
 * A checkout and a target for what deploy.sh does itself, with an npm that only pretends to install
 * and to build; removed when the test is over.
 */
export function aQuickCheckout(): QuickCheckout {
  const { folder, remove } = copyOfProject();
  const place = mkdtempSync(join(tmpdir(), 'ps-quick-'));
  onTestFinished(() => {
    remove();
    rmSync(place, { recursive: true, force: true });
  });
  const [programs, target] = [join(place, 'bin'), join(place, 'target')];
  mkdirSync(programs);
  const addProgram = (name: string, text: string) => {
    writeFileSync(join(programs, name), text);
    chmodSync(join(programs, name), 0o755);
  };
  addProgram('npm', NPM);
  return {
    folder,
    target,
    addProgram,
    removeProgram: (name) => rmSync(join(programs, name)),
    deploy: () =>
      runCommand([join(folder, 'scripts', 'deploy.sh'), '--no-migrate', target], {
        timeoutMs: TIMEOUT,
        env: { PATH: `${programs}:${process.env.PATH}` },
      }),
    releases: () => readdirSync(join(target, 'releases')).filter((name) => name !== '.lock'),
  };
}
