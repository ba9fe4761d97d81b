import { type Command, Option } from 'commander';
import { UsageError } from '../../adapters/config/read-flags.js';
import { BACKENDS } from '../../adapters/config/schema.js';
import type { CopyProgress } from '../../application/copying/copied.js';
import type { CopyReport } from '../../application/copying/copy-store.js';
import type { StoreName } from '../../copy.js';
import { type CommandContext, type ConfigOptions, configOf, withConfig } from '../context.js';
import { progressBar, progressLines } from '../copy-progress.js';
import { answerOf, explained, formatted } from '../copy-report.js';

interface CopyOptions extends ConfigOptions {
  readonly from: StoreName;
  readonly to: StoreName;
  readonly json?: boolean;
}

/** `copy`: copies everything in one store of the configuration to another, and compares them. */
export function addCopyCommand(program: Command, context: CommandContext): void {
  const store = (flag: string, which: string) =>
    new Option(`${flag} <store>`, `${which}, as the configuration describes it`)
      .choices(BACKENDS)
      .makeOptionMandatory();
  withConfig(program.command('copy'))
    .description('copy everything in one store to another, and compare them; may be repeated')
    .addOption(store('--from', 'the store to copy'))
    .addOption(store('--to', 'the store that receives it'))
    .option('--json', 'print one JSON object: outcome, counts, checksums, differences')
    .action(async ({ from, to, json = false, ...options }: CopyOptions) => {
      if (from === to)
        throw new UsageError(`copy: --from and --to are both ${from}; name two different stores`);
      const config = configOf(context, options);
      // Imported here, because it loads the drivers, and most commands need none.
      const { copyStores } = await import('../../copy.js');
      const report = await copyStores(config, from, to, progressOf(context, json));
      if (json) context.print(JSON.stringify(answerOf(report)));
      else for (const line of formatted(report, from, to)) context.print(line);
      conclude(report, from, to, context);
    });
}

function progressOf({ warn }: CommandContext, json: boolean): CopyProgress {
  const now = () => performance.now();
  if (process.stderr.isTTY === true) return progressBar(process.stderr, now);
  return progressLines(json ? () => undefined : warn, now);
}

/** Says what needs a look; sets the exit code. */
function conclude(
  report: CopyReport,
  from: string,
  to: string,
  { warn, fail }: CommandContext,
): void {
  for (const line of explained(report, from, to)) warn(line);
  if (report.outcome === 'incomplete') fail();
}
