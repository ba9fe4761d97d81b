import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** The records of a file, one JSON object a line, read as a stream; `.gz` is unpacked. */
export async function* readLines(file: string): AsyncGenerator<JsonRecord> {
  const bytes = createReadStream(file);
  const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  const failed = new Promise<never>((_, reject) => {
    bytes.once('error', reject);
    input.once('error', reject);
  });
  failed.catch(() => undefined);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const iterator = lines[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await Promise.race([iterator.next(), failed]);
    if (done === true) return;
    if (value.trim() !== '') yield JSON.parse(value) as JsonRecord;
  }
}

export async function countLines(file: string): Promise<number> {
  let count = 0;
  for await (const _ of readLines(file)) count += 1;
  return count;
}
