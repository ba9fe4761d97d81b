import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Thrown for a file that cannot be played; the message names the file and the line. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/**
 * Streams the records of a file, one JSON object per line; `.gz` is decompressed. Skips empty
 * lines. Throws InputError.
 */
export async function* readLines(file: string): AsyncGenerator<JsonRecord> {
  const bytes = createReadStream(file);
  const unpacked = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : null;
  const lines = createInterface({
    input: unpacked ?? bytes,
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  // readline does not pass on every error of its input: a broken file would look like a short one.
  const failures: Error[] = [];
  const fail = (error: Error) => {
    failures.push(error);
    lines.close();
  };
  bytes.on('error', fail);
  unpacked?.on('error', fail);
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      if (line.trim() !== '') yield parseLine(line, file, number);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    fail(error as Error);
  } finally {
    bytes.destroy();
    unpacked?.destroy();
  }
  const [failure] = failures;
  if (failure !== undefined) throw new InputError(`${file}: ${failure.message}`);
}

function parseLine(line: string, file: string, number: number): JsonRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`${file}, line ${number}: not JSON (${why})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${file}, line ${number}: expected a JSON object`);
  }
  return value as JsonRecord;
}
