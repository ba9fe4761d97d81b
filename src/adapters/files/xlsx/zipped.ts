import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** The beginning of a file in the archive, or the next bytes of the file that was begun last. */
export type ZipPart = { readonly file: string } | Uint8Array;

export interface ZipOptions {
  /** When its files were changed, as the archive says. */
  readonly changedAt: Date;
}

/** Two thirds of the CPU time of the default, for a file that is larger by a tenth. */
const COMPRESSION_LEVEL = 3;
/** How much text waits for its compression, which is done in other threads; of one file. */
const WAITING_BYTES = 128 * 1024;

/**
 * A ZIP archive of `parts`, which are pulled as fast as the archive is taken. Throws what `parts`
 * throws; ends `parts` when it is ended early.
 */
export async function* zipped(
  parts: AsyncIterable<ZipPart>,
  options: ZipOptions,
): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const closed = finished(output).catch(() => undefined);
  const ended = new AbortController();
  const feeding = feed(zip, parts, options, ended.signal);
  try {
    for await (const piece of output.iterator({ destroyOnReturn: false })) yield piece;
  } finally {
    ended.abort();
    await feeding;
    output.resume();
    await closed;
  }
}

async function feed(
  zip: ZipFile,
  parts: AsyncIterable<ZipPart>,
  { changedAt }: ZipOptions,
  signal: AbortSignal,
): Promise<void> {
  let file: PassThrough | undefined;
  try {
    for await (const part of parts) {
      signal.throwIfAborted();
      if ('file' in part) {
        // A file has its own buffer, and waits in the archive for those before it.
        if (file !== undefined) await finished(file.end(), { signal });
        file = new PassThrough({ highWaterMark: WAITING_BYTES });
        zip.addReadStream(file, part.file, {
          mtime: changedAt,
          forceDosTimestamp: true,
          compressionLevel: COMPRESSION_LEVEL,
        });
      } else if (file?.write(part) === false) {
        await once(file, 'drain', { signal });
      }
    }
    file?.end();
    zip.end();
  } catch (error) {
    // What was written is compressed first, until it is the turn of a file that never comes: a
    // compression that does not end keeps its memory until garbage is collected.
    file?.end();
    zip.addReadStreamLazy('never', () => (zip.outputStream as Readable).destroy(error as Error));
  }
}
