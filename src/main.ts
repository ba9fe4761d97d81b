#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { loadConfig, printConfig } from './adapters/config/load-config.js';
import { variableOf } from './adapters/config/read-environment.js';
import { UsageError } from './adapters/config/read-flags.js';
import { CONFIG_KEYS, DEFAULT_CONFIG } from './adapters/config/schema.js';
import { addHealthCommand } from './cli/health.js';
import { addKeyCommand } from './cli/key.js';
import { type Config, VERSION } from './container.js';
import { ConfigurationError, ServiceError } from './domain/errors.js';
import { migrateStores } from './migrate.js';
import { ListenError, type RunningService, startService } from './service.js';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;
const EXIT_CONFIGURATION = 78;

interface ServeOptions {
  readonly config?: string;
  readonly printConfig?: boolean;
}

interface MigrateOptions {
  readonly config?: string;
  readonly status?: boolean;
}

const program = new Command('persistence-service')
  .description('Keeps the state of AI game-translation jobs.')
  .version(VERSION)
  .addHelpText('afterAll', () => `\n${keysHelp()}`)
  .exitOverride();

program
  .command('serve', { isDefault: true })
  .description('start the service (the default)')
  .option('-c, --config <file>', 'read this file instead of config/config.yaml')
  .option('--print-config', 'print the configuration in force, secrets hidden, and end')
  .usage('[options] [--section.key value …]')
  .allowUnknownOption()
  .allowExcessArguments()
  .action(serve);

program
  .command('migrate')
  .description('bring the schema of every store up to date, then end')
  .option('-c, --config <file>', 'read this file instead of config/config.yaml')
  .option('--status', 'only say how the schemas stand; exit code 1 when something is left to do')
  .usage('[options] [--section.key value …]')
  .allowUnknownOption()
  .allowExcessArguments()
  .action(migrate);

addKeyCommand(program, print);
addHealthCommand(program, configOf, print, () => {
  process.exitCode = EXIT_FAILURE;
});

function configOf(options: { readonly config?: string }, command: Command): Config {
  const env =
    options.config === undefined ? process.env : { ...process.env, CONFIG_FILE: options.config };
  const { config, warnings } = loadConfig({ flags: command.args, env, cwd: process.cwd() });
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  return config;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function migrate(options: MigrateOptions, command: Command): Promise<void> {
  const done = await migrateStores(configOf(options, command), options.status === true, print);
  if (!done) process.exitCode = EXIT_FAILURE;
}

async function serve(options: ServeOptions, command: Command): Promise<void> {
  const config = configOf(options, command);
  if (options.printConfig === true) {
    process.stdout.write(printConfig(config));
    return;
  }
  const starting = startService(config);
  stopOnSignals(starting, config.service.shutdown_timeout);
  await starting;
}

/** Listens to signals from the first moment on: process 1 of a container has no default for them. */
function stopOnSignals(starting: Promise<RunningService>, timeoutSeconds: number): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    // Before the port is open nothing is accepted, and the journal has all that ever was.
    const hurry = setTimeout(() => process.exit(0), timeoutSeconds * 1000);
    // A start that fails is reported by `serve`, and ends the process by itself.
    const service = await starting.catch(() => null);
    clearTimeout(hurry);
    if (service === null) return;
    await service.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A second signal: whoever sends it does not want to wait.
      if (stopping) process.exit(EXIT_FAILURE);
      stopping = true;
      stop().catch((error: unknown) => {
        fail(error);
        process.exit();
      });
    });
  }
}

function keysHelp(): string {
  const defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>> = DEFAULT_CONFIG;
  const rows = CONFIG_KEYS.map(([section, name]) => {
    const key = `${section}.${name}`;
    return `  --${key.padEnd(28)} ${variableOf(key).padEnd(28)} ${JSON.stringify(defaults[section]?.[name])}`;
  });
  return [
    `Keys (flag, environment variable, default); flags win over the environment, that over the file:`,
    ...rows,
  ].join('\n');
}

function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  } else if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT_USAGE;
  } else if (error instanceof ConfigurationError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT_CONFIGURATION;
  } else if (error instanceof ListenError || error instanceof ServiceError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT_FAILURE;
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = EXIT_FAILURE;
  }
}

program.parseAsync().catch(fail);
