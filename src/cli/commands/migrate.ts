import type { Command } from 'commander';
import type { SchemaStatus } from '../../migrate.js';
import { type CommandContext, type ConfigOptions, configOf, withConfig } from '../context.js';

interface MigrateOptions extends ConfigOptions {
  readonly status?: boolean;
  readonly json?: boolean;
}

/** `migrate`: brings the schemas up to date, or reports their state. */
export function addMigrateCommand(program: Command, context: CommandContext): void {
  withConfig(program.command('migrate'))
    .description('bring the schema of every store up to date, then exit')
    .option(
      '--status',
      'only report the state of the schemas; exit code 1 if migrations are pending',
    )
    .option('--json', 'print one JSON object: up_to_date, and stores')
    .action(async ({ status = false, json = false, ...options }: MigrateOptions) => {
      const config = configOf(context, options);
      const { migrateStores } = await import('../../migrate.js');
      const stores: SchemaStatus[] = [];
      await migrateStores(config, status, (store) => {
        stores.push(store);
        if (!json) context.print(formatted(store));
      });
      const upToDate = stores.every(({ up_to_date }) => up_to_date);
      if (json) context.print(JSON.stringify({ up_to_date: upToDate, stores }));
      if (!upToDate) context.fail();
    });
}

function formatted({ backend, driver, problem }: SchemaStatus): string {
  return `${backend}: ${problem ?? `the schema is up to date (${driver})`}`;
}
