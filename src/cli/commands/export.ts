import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { NoAnswerError } from 'persistence-service/client';
import type { CommandContext } from '../context.js';
import { clientOf, RequestError } from '../service-client.js';
import { type TargetOptions, withTarget } from '../target.js';
import { printable, size } from '../text.js';

interface ExportOptions extends TargetOptions {
  readonly format: 'xlsx' | 'csv' | 'ndjson';
  readonly layout?: 'sheets' | 'records';
  readonly formulas?: 'quote' | 'keep';
  readonly output?: string;
}

/** `export`: a session of the running service as a file. */
export function addExportCommand(program: Command, context: CommandContext): void {
  withTarget(program.command('export <session>'))
    .description('write a session of the running service to a file')
    .addOption(
      new Option('--format <format>', 'of the file')
        .choices(['xlsx', 'csv', 'ndjson'])
        .default('xlsx'),
    )
    .addOption(new Option('--layout <layout>', 'of the file').choices(['sheets', 'records']))
    .addOption(
      new Option('--formulas <what>', 'csv: texts that look like formulas').choices([
        'quote',
        'keep',
      ]),
    )
    .option('-o, --output <file>', 'write this file instead of one named as the session; - prints')
    .action((session: string, options: ExportOptions) => run(context, session, options));
}

async function run(context: CommandContext, session: string, options: ExportOptions) {
  const { format, layout, formulas, output } = options;
  const { filename, body } = await clientOf(context, options).tell('read', (client) =>
    client.exportSession(session, { format, layout, formulas }),
  );
  if (output === '-') return pipeline(body, process.stdout, { end: false });
  const name = output ?? filename ?? `session.${format}`;
  const path = resolve(context.cwd, name);
  // The file appears when it is complete: a half one opens, and lacks words.
  const partial = `${path}.part`;
  try {
    const file = createWriteStream(partial);
    await pipeline(body, file);
    await rename(partial, path);
    context.warn(`${printable(name)}: ${size(file.bytesWritten)}`);
  } catch (error) {
    await rm(partial, { force: true });
    const reason = error instanceof NoAnswerError ? error.reason : String(error);
    throw new RequestError(`The file is not complete, and nothing was kept: ${reason}. Try again.`);
  }
}
