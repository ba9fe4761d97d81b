import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type CommandResult, runCommand } from '../mysql-servers/command.js';
import { freePort } from '../processes/free-port.js';
import { installedPackages } from './installed-packages.js';
import { prebuiltDriver } from './prebuilt-driver.js';

export const PROJECT = join(import.meta.dirname, '..', '..', '..');
/** For `npm ci` and a build with a module to compile, on a busy machine. */
const TIMEOUT = 900_000;
/** For npm: use the packages in its cache, and the driver that this checkout has compiled. */
export const fromTheCache = () => ({ npm_config_prefer_offline: 'true', ...prebuiltDriver() });

/** A folder that the scripts work on. */
export interface Deployed {
  readonly target: string;
  readonly url: string;
  /** Runs a script of the project: `stop.sh`, then its options; the target is added. */
  readonly run: (script: string, ...options: string[]) => Promise<CommandResult>;
}

/**
 * An empty target with its settings in service.env, and a function that removes it with its
 * service.
 */
export async function makeTarget(
  settings: Readonly<Record<string, string>> = {},
): Promise<Deployed & { readonly dispose: () => Promise<void> }> {
  const target = mkdtempSync(join(tmpdir(), 'ps-target-'));
  const port = await freePort();
  const lines = Object.entries({ SERVICE_PORT: String(port), ...settings });
  writeFileSync(join(target, 'service.env'), lines.map((pair) => `${pair.join('=')}\n`).join(''));
  const packages = installedPackages();
  const run: Deployed['run'] = (script, ...options) =>
    runCommand([join(PROJECT, 'scripts', script), ...options, target], {
      timeoutMs: TIMEOUT,
      env: { PATH: packages.path },
    });
  const dispose = async () => {
    await run('stop.sh', '--wait', '0', '--kill');
    packages.remove();
    rmSync(target, { recursive: true, force: true });
  };
  return { target, url: `http://127.0.0.1:${port}`, run, dispose };
}

/** A target whose release is the build of this checkout; removed when the test is over. */
export async function aDeployedTarget(
  settings: Readonly<Record<string, string>> = {},
): Promise<Deployed> {
  const deployed = await makeTarget(settings);
  onTestFinished(deployed.dispose);
  symlinkSync(PROJECT, join(deployed.target, 'current'));
  return deployed;
}
