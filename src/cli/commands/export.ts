import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
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
    .option(
      '-o, --output <file>',
      'write or replace this file, not a new one named as the session; - prints',
    )
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
  const mayReplace = output !== undefined;
  if (!mayReplace && existsSync(path)) {
    await body.cancel();
    throw taken(name);
  }
  // The file appears when it is complete: a half one opens, and lacks words.
  const partial = join(dirname(path), `export-${randomBytes(6).toString('hex')}.part`);
  try {
    const file = createWriteStream(partial, { flags: 'wx' });
    await pipeline(body, file);
    if (!mayReplace) await claim(path, name);
    await rename(partial, path);
    context.warn(`${printable(name)}: ${size(file.bytesWritten)}`);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof RequestError) throw error;
    const reason = error instanceof NoAnswerError ? error.reason : String(error);
    throw new RequestError(`The file is not complete, and nothing was kept: ${reason}. Try again.`);
  }
}

/**
 * Makes the file, so that what replaces it replaces nothing else: a rename alone would. Not every
 * file system has links. Throws RequestError if the path is taken.
 */
async function claim(path: string, name: string): Promise<void> {
  try {
    await writeFile(path, '', { flag: 'wx' });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? taken(name) : error;
  }
}

/** The name is that of the source spreadsheet, which is often in the same folder. */
function taken(name: string): RequestError {
  return new RequestError(
    `"${printable(name)}" exists already and stays as it is. Name a file with --output; one that exists is replaced.`,
  );
}
