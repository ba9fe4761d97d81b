import { join } from 'node:path';
import type { CollectionName } from '../../../domain/collection.js';
import { withJsonTexts } from '../../../domain/earlier-json.js';
import type { Write } from '../../../domain/write.js';
import type { JournalFolder } from './journal-folder.js';
import { cutTail, replaySegments } from './segments/recovery.js';

const NAME = 'quarantine.log';
/** Largest number of text bytes of one slice, except for a single larger record. */
const SLICE_BYTES = 4 * 1024 * 1024;

interface Put {
  readonly id: string;
  readonly collection: CollectionName;
  readonly write: Write;
}

type Change = { readonly put: Put } | { readonly remove: readonly string[] };

export interface QuarantineSlice {
  readonly collection: CollectionName;
  readonly writes: readonly Write[];
}

/**
 * The quarantine of versions before 1.1.0: a log of changes in the journal folder, which they kept
 * completely in memory. It is read once, at the first start of a newer version.
 */
export class QuarantineLog {
  constructor(private readonly folder: JournalFolder) {}

  /** Empty if there is no such log. */
  async *read(): AsyncGenerator<QuarantineSlice, void> {
    const { disk, path } = this.folder;
    if (!(await disk.list(path)).includes(NAME)) return;
    const leave = await this.folder.enter();
    try {
      yield* slicesOf(await this.#records());
    } finally {
      await leave();
    }
  }

  async forget(): Promise<void> {
    const { disk, path } = this.folder;
    if (!(await disk.list(path)).includes(NAME)) return;
    await disk.remove(join(path, NAME));
    await disk.syncFolder(path);
  }

  async #records(): Promise<Iterable<Put>> {
    await cutTail(this.folder, NAME);
    const records = new Map<string, Put>();
    for await (const { payload } of replaySegments(this.folder, [{ name: NAME }], 0)) {
      const change = JSON.parse(payload.toString('utf8')) as Change;
      if ('put' in change)
        records.set(change.put.id, { ...change.put, write: withJsonTexts(change.put.write) });
      else for (const id of change.remove) records.delete(id);
    }
    return records.values();
  }
}

/** Slices of one collection each, with each key at most once. */
function* slicesOf(records: Iterable<Put>): Generator<QuarantineSlice> {
  let slice = new Map<string, Write>();
  let collection: CollectionName | null = null;
  let bytes = 0;
  for (const record of records) {
    const { write } = record;
    const more = JSON.stringify(write).length;
    const isFull = bytes + more > SLICE_BYTES || slice.has(write.key);
    if (collection !== null && (isFull || record.collection !== collection)) {
      yield { collection, writes: [...slice.values()] };
      slice = new Map();
      bytes = 0;
    }
    collection = record.collection;
    slice.set(write.key, write);
    bytes += more;
  }
  if (collection !== null) yield { collection, writes: [...slice.values()] };
}
