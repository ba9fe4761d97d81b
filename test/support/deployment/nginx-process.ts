import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { pathOf } from './debian-programs.js';

const START_TIMEOUT = 20_000;

/** Workers of a master started by root would run as nobody, which may not enter the folder. */
export const USER_LINE = process.getuid?.() === 0 ? 'user root;' : '';

/**
 * Throws if the file does not contain these words any more: otherwise the test would prove nothing.
 */
export function substituted(file: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce(
    (text, [old, replacement]) => {
      if (!text.includes(old)) throw new Error(`${file} has no ${old}`);
      return text.replaceAll(old, replacement);
    },
    readFileSync(file, 'utf8'),
  );
}

/**
 * Runs nginx with the nginx.conf of this folder until the test is over; then the folder is removed.
 * Resolves when this URL answers.
 */
export async function runNginx(folder: string, url: string): Promise<void> {
  const log = join(folder, 'start.log');
  const words = ['-e', log, '-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'];
  const child = spawn(pathOf('nginx'), words);
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  });
  const deadline = performance.now() + START_TIMEOUT;
  while (performance.now() < deadline && child.exitCode === null) {
    const answered = await fetch(url, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nginx did not start:\n${readFileSync(log, 'utf8')}`);
}
