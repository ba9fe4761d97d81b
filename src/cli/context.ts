import type { Command } from 'commander';
import { type LoadedConfig, loadConfig } from '../adapters/config/load-config.js';
import type { Environment } from '../adapters/config/read-environment.js';
import { UsageError } from '../adapters/config/read-flags.js';
import type { Config } from '../container.js';

/** What is around the process, as much of it as commands need. */
export interface World {
  readonly cwd: string;
  readonly env: Environment;
  readonly fetch: typeof fetch;
  /** A line on standard output: what was asked for. */
  readonly print: (line: string) => void;
  /** A line on standard error: what somebody should know. */
  readonly warn: (line: string) => void;
}

/** What every command is handed. */
export interface CommandContext extends World {
  /** The words `--section.key value` of the command line; commander sees the others. */
  readonly flags: readonly string[];
  /** Ends with exit code 1 when the command is done. */
  readonly fail: () => void;
}

export interface ConfigOptions {
  readonly config?: string;
}

/** Lets a command take configuration; `words` are its own, for the line of its usage. */
export function withConfig(command: Command, words = ''): Command {
  return command
    .option('-c, --config <file>', 'read this file instead of config/config.yaml')
    .usage(`[options] [--section.key value …]${words}`);
}

/** The configuration in force, with warnings on standard error. Throws ConfigurationError. */
export function configOf(context: CommandContext, options: ConfigOptions): Config {
  return loadedConfig(context, options).config;
}

export function loadedConfig(
  { cwd, env, flags, warn }: CommandContext,
  { config: file }: ConfigOptions,
): LoadedConfig {
  const loaded = loadConfig({ flags, env, file, cwd });
  for (const warning of loaded.warnings) warn(`warning: ${warning}`);
  return loaded;
}

/** Throws UsageError when there are configuration flags where they would be ignored. */
export function refuseFlags({ flags: [flag] }: CommandContext, why: string): void {
  if (flag !== undefined) throw new UsageError(`${flag.split('=', 1)[0]}: ${why}`);
}
