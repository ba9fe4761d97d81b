import type { Command } from 'commander';
import { printConfig, shownConfig } from '../../adapters/config/load-config.js';
import { CONFIG_KEYS } from '../../adapters/config/schema.js';
import {
  type CommandContext,
  type ConfigOptions,
  configOf,
  loadedConfig,
  withConfig,
} from '../context.js';
import { aligned, type Row } from '../text.js';

interface ShowOptions extends ConfigOptions {
  readonly json?: boolean;
}

/**
 * `config print|check`: shows the effective configuration, and checks whether the service would
 * start with it.
 */
export function addConfigCommand(program: Command, context: CommandContext): void {
  const config = program.command('config').description('the configuration');

  withConfig(config.command('print'))
    .description('print the effective configuration as YAML, secrets hidden')
    .option('--json', 'print one JSON object instead')
    .action((options: ShowOptions) => {
      const found = configOf(context, options);
      if (options.json === true) context.print(JSON.stringify(shownConfig(found)));
      else context.print(printConfig(found).trimEnd());
    });

  withConfig(config.command('check'))
    .description(
      'check the configuration as the service does at start; exit code 78 if it is invalid',
    )
    .option('--json', 'print one JSON object: status, sources, warnings')
    .action((options: ShowOptions) => {
      const { sources, warnings } = loadedConfig(context, options);
      if (options.json === true) {
        const report = { status: 'ok', sources: Object.fromEntries(sources), warnings };
        context.print(JSON.stringify(report));
      } else {
        for (const line of formatted(sources)) context.print(line);
      }
    });
}

function formatted(sources: ReadonlyMap<string, string>): readonly string[] {
  const others = CONFIG_KEYS.length - sources.size;
  return [
    'ok',
    ...aligned([...sources].map(([key, source]): Row => [`  ${key}`, '', source])),
    `  ${restOf(others)}`,
  ];
}

function restOf(others: number): string {
  if (others === CONFIG_KEYS.length) return 'all: defaults';
  return others === 1 ? '1 other: default' : `${others} others: defaults`;
}
