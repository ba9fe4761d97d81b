import type { Command } from 'commander';
import { type LoadedConfig, loadConfig } from '../adapters/config/load-config.js';
import type { Environment } from '../adapters/config/read-environment.js';
import { UsageError } from '../adapters/config/read-flags.js';
import type { Config } from '../container.js';

/** The environment of the process, as far as commands need it. */
export interface World {
  readonly cwd: string;
  readonly env: Environment;
  readonly fetch: typeof fetch;
  /** Prints a line on standard output: the requested result. */
  readonly print: (line: string) => void;
  /** Prints a line on standard error: warnings and errors. */
  readonly warn: (line: string) => void;
}

/** The arguments of every command. */
export interface CommandContext extends World {
  /** The arguments `--section.key value` of the command line; commander parses the others. */
  readonly flags: readonly string[];
  /** Sets exit code 1 for the end of the command. */
  readonly fail: () => void;
}

export interface ConfigOptions {
  readonly config?: string;
}

/** Lets a command accept configuration keys; `words` are its own arguments, for the usage line. */
export function withConfig(command: Command, words = ''): Command {
  return command
    .option('-c, --config <file>', 'read this file instead of config/config.yaml')
    .usage(`[options] [--section.key value …]${words}`);
}

/** The effective configuration; prints warnings on standard error. Throws ConfigurationError. */
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

/** Throws UsageError if there are configuration flags that would be ignored. */
export function refuseFlags({ flags: [flag] }: CommandContext, why: string): void {
  if (flag !== undefined) throw new UsageError(`${flag.split('=', 1)[0]}: ${why}`);
}
