import { setImmediate } from 'node:timers/promises';
import type { RecordFields } from '../../domain/write.js';
import type { RecordChunks } from '../../ports/file-format.js';
import { TextPieces } from './text-pieces.js';

/**
 * A file of text: `head`, what `lineOf` makes of each record, `tail`. Other requests are served
 * between the pieces, also when whoever takes them never waits.
 */
export async function* textFile(
  head: string,
  records: RecordChunks,
  lineOf: (record: RecordFields) => string,
  tail = '',
): AsyncGenerator<Uint8Array> {
  const pieces = new TextPieces();
  pieces.add(head);
  for await (const chunk of records) {
    for (const record of chunk) {
      pieces.add(lineOf(record));
      if (!pieces.isFull) continue;
      yield pieces.take();
      await setImmediate();
    }
  }
  pieces.add(tail);
  const last = pieces.take();
  if (last.byteLength > 0) yield last;
}
