import { Command } from 'commander';
import { VERSION } from '../version.js';
import { addCleanupCommand } from './commands/cleanup.js';
import { addConfigCommand } from './commands/config.js';
import { addCopyCommand } from './commands/copy.js';
import { addExportCommand } from './commands/export.js';
import { addHealthCommand } from './commands/health.js';
import { addKeyCommand } from './commands/key.js';
import { keysHelp } from './commands/keys-help.js';
import { addMigrateCommand } from './commands/migrate.js';
import { addProgressCommand } from './commands/progress.js';
import { addQuarantineCommand } from './commands/quarantine.js';
import { addServeCommand } from './commands/serve.js';
import { addStatsCommand } from './commands/stats.js';
import type { CommandContext } from './context.js';

/**
 * As in the documents: a checkout, a release and the image all have this file, and no other name
 * for it.
 */
const CALLED = 'node dist/main.js';
/** Options of the program itself; any other option before a command belongs to `serve`. */
const OWN = ['-h', '--help', '-V', '--version'];

/** Creates the whole command line. Usage errors are a CommanderError or a UsageError. */
export function createProgram(context: CommandContext): Command {
  const program = new Command(CALLED)
    .description('Stores the state of AI game-translation jobs.')
    .version(VERSION)
    .addHelpText('after', () => `\n${EXIT_CODES}\n\n${keysHelp()}`)
    .showHelpAfterError('(--help shows the options; keys have a dot, such as --service.port 8001)')
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => context.warn(text.trimEnd()),
      outputError: (text, write) => write(withoutValues(text)),
    })
    .exitOverride();
  addServeCommand(program, context);
  addMigrateCommand(program, context);
  addCopyCommand(program, context);
  addHealthCommand(program, context);
  addStatsCommand(program, context);
  addProgressCommand(program, context);
  addExportCommand(program, context);
  addCleanupCommand(program, context);
  addQuarantineCommand(program, context);
  addConfigCommand(program, context);
  addKeyCommand(program, context);
  return program;
}

const EXIT_CODES = 'Exit codes: 0 success; 1 failure; 2 usage error; 78 invalid configuration.';

/** The default command is `serve`. */
export function withDefaultCommand(words: readonly string[]): readonly string[] {
  const [first = '-'] = words;
  return first.startsWith('-') && !OWN.includes(first) ? ['serve', ...words] : words;
}

/**
 * Removes the value of an unknown option, and the password of an address: the message may end up in
 * a log.
 */
function withoutValues(text: string): string {
  return text
    .replace(/'(--?[^'=]+)=[^\n]*'/, "'$1'")
    .replace(/('--url <[^>]+>') argument '[^\n]*' is/, '$1 is');
}
