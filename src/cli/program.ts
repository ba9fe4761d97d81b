import { Command } from 'commander';
import { VERSION } from '../version.js';
import { addCleanupCommand } from './cleanup.js';
import { addConfigCommand } from './config.js';
import type { CommandContext } from './context.js';
import { addHealthCommand } from './health.js';
import { addKeyCommand } from './key.js';
import { keysHelp } from './keys-help.js';
import { addMigrateCommand } from './migrate.js';
import { addQuarantineCommand } from './quarantine.js';
import { addServeCommand } from './serve.js';
import { addStatsCommand } from './stats.js';

/** As the documents have it: a checkout, a release and the image all have this file, and no other name. */
const CALLED = 'node dist/main.js';
/** Options of the program itself; any other before a command belongs to `serve`. */
const OWN = ['-h', '--help', '-V', '--version'];

/** The whole command line. What it is used wrongly for is a CommanderError or a UsageError. */
export function createProgram(context: CommandContext): Command {
  const program = new Command(CALLED)
    .description('Keeps the state of AI game-translation jobs.')
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
  addHealthCommand(program, context);
  addStatsCommand(program, context);
  addCleanupCommand(program, context);
  addQuarantineCommand(program, context);
  addConfigCommand(program, context);
  addKeyCommand(program, context);
  return program;
}

const EXIT_CODES = 'Exit codes: 0 done; 1 failed; 2 used wrongly; 78 the configuration is bad.';

/** Without a command it is `serve`. */
export function withDefaultCommand(words: readonly string[]): readonly string[] {
  const [first = '-'] = words;
  return first.startsWith('-') && !OWN.includes(first) ? ['serve', ...words] : words;
}

/**
 * An unknown option is named without its value, and an address without a password that somebody
 * wrote into it: this may end up in a log.
 */
function withoutValues(text: string): string {
  return text
    .replace(/'(--?[^'=]+)=[^\n]*'/, "'$1'")
    .replace(/('--url <[^>]+>') argument '[^\n]*' is/, '$1 is');
}
