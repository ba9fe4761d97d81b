import type { Command } from 'commander';
import { printConfig } from '../../adapters/config/load-config.js';
import type { RunningService } from '../../service.js';
import { type CommandContext, type ConfigOptions, loadedConfig, withConfig } from '../context.js';
import { EXIT_FAILURE, outcomeOf } from '../exit-codes.js';
import { keysHelp } from './keys-help.js';

/** Milliseconds within which a second SIGINT counts as a repetition of the first. */
const ECHO = 100;

interface ServeOptions extends ConfigOptions {
  readonly printConfig?: boolean;
}

/** `serve`: runs the service until a signal ends it. */
export function addServeCommand(program: Command, context: CommandContext): void {
  withConfig(program.command('serve'))
    .description('start the service (the default)')
    .option('--print-config', 'print the effective configuration, secrets hidden, and exit')
    .addHelpText('after', () => `\n${keysHelp()}`)
    .action(async (options: ServeOptions) => {
      const { config, file } = loadedConfig(context, options);
      if (options.printConfig === true) {
        context.print(printConfig(config).trimEnd());
        return;
      }
      // Imported here, because it loads every library, and the other commands need none.
      const starting = import('../../service.js').then(({ startService }) =>
        startService(config, file),
      );
      stopOnSignals(starting, config.service.shutdown_timeout, context.warn);
      await starting;
    });
}

/** Handles signals from the start: process 1 of a container has no default handlers. */
function stopOnSignals(
  starting: Promise<RunningService>,
  timeoutSeconds: number,
  warn: (line: string) => void,
): void {
  let stopping = false;
  let begun = 0;
  const stop = async (): Promise<void> => {
    // Before the port is open nothing is accepted, and the journal has everything.
    const hurry = setTimeout(() => process.exit(0), timeoutSeconds * 1000);
    // The command reports a failed start, which ends the process by itself.
    const service = await starting.catch(() => null);
    clearTimeout(hurry);
    if (service === null) return;
    // The rest of the start and the shutdown share one timeout.
    await service.stop(performance.now() - begun);
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A second signal ends the process at once. But npm passes on the SIGINT that the terminal
      // has already sent to both, so one Ctrl-C may arrive twice.
      if (stopping && signal === 'SIGINT' && performance.now() - begun < ECHO) return;
      if (stopping) process.exit(EXIT_FAILURE);
      stopping = true;
      begun = performance.now();
      stop().catch((error: unknown) => {
        const { code, message } = outcomeOf(error);
        warn(message);
        process.exit(code);
      });
    });
  }
}
