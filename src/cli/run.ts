import { takeFlags } from '../adapters/config/read-flags.js';
import { escapeControls } from '../domain/controls.js';
import { keepingAlive } from '../process/keeping-alive.js';
import type { World } from './context.js';
import { EXIT_FAILURE, outcomeOf } from './exit-codes.js';
import { createProgram, withDefaultCommand } from './program.js';

/** Runs one command line; resolves to its exit code when the command has ended or serves. */
export async function run(commandLine: readonly string[], world: World): Promise<number> {
  const { flags, words } = takeFlags(commandLine);
  let failed = false;
  const warn = (line: string) => world.warn(escapeControls(line));
  const program = createProgram({
    ...world,
    // The text may come from a service, its store or its log.
    print: (line) => world.print(escapeControls(line)),
    warn,
    flags,
    fail: () => {
      failed = true;
    },
  });
  try {
    await keepingAlive(() => program.parseAsync(withDefaultCommand(words), { from: 'user' }));
    return failed ? EXIT_FAILURE : 0;
  } catch (error) {
    const { code, message } = outcomeOf(error);
    if (message !== '') warn(message);
    return code;
  }
}
