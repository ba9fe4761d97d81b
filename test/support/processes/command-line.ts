import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { run } from '../../../src/cli/run.js';
import type { HttpTestApp } from '../http/http-app.js';
import { programUnderTest } from './service-process.js';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Around {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Replaces the network, which tests do not have. */
  readonly fetch?: typeof fetch;
}

/** Runs a command in this process, in an empty folder by default. It must not be `serve`. */
export async function command(words: readonly string[], around: Around = {}): Promise<Ended> {
  const cwd = around.cwd ?? mkdtempSync(join(tmpdir(), 'ps-command-'));
  if (around.cwd === undefined) onTestFinished(() => rmSync(cwd, { recursive: true }));
  const output = { stdout: '', stderr: '' };
  const code = await run(words, {
    cwd,
    env: around.env ?? {},
    fetch: around.fetch ?? noNetwork,
    print: (line) => {
      output.stdout += `${line}\n`;
    },
    warn: (line) => {
      output.stderr += `${line}\n`;
    },
  });
  return { code, ...output };
}

/** Runs a command of the program, in a process without the environment of the test. */
export function commandProcess(
  words: readonly string[],
  { env = {}, cwd }: { readonly env?: Readonly<Record<string, string>>; readonly cwd: string },
): Promise<Ended> {
  const child = spawn(process.execPath, [programUnderTest(), ...words], {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
    });
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...output })));
}

/** A network in which every address is this application. */
export function networkOf({ app }: Pick<HttpTestApp, 'app'>): typeof fetch {
  return async (url, init) => {
    const { pathname, search } = new URL(String(url));
    return app.request(`${pathname}${search}`, init);
  };
}

const noNetwork: typeof fetch = () =>
  Promise.reject(
    new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:8001') }),
  );
