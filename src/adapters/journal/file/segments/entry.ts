import { setImmediate } from 'node:timers/promises';
import type { CollectionName } from '../../../../domain/collection.js';
import { collectionOf } from '../../../../domain/collections/family.js';
import { COLLECTIONS } from '../../../../domain/collections/list.js';
import { withJsonTexts } from '../../../../domain/earlier-json.js';
import type { Write } from '../../../../domain/write.js';
import { ConfigurationError } from '../../../../ports/configuration-error.js';
import type { JournalEntry } from '../../../../ports/journal.js';
import type { Payload } from '../group-commit.js';
import { type Frame, PAYLOAD } from './frame.js';
import { rowsOf, type WriteRows, writesOf } from './write-rows.js';

const NAMES = new Map(COLLECTIONS.map(({ name, journalCode }) => [journalCode, name]));

/** Writes that are encoded without a pause: about a millisecond. */
export const SLICE = 500;

/**
 * The writes of a batch as JSON: V8's own writer, one call, is the cheapest that Node has. As a list
 * of one block; a large batch has several.
 */
export function encodeEntry(collection: CollectionName, writes: readonly Write[]): Payload {
  return payloadOf(collection, Buffer.from(JSON.stringify([rowsOf(writes)])));
}

/** As `encodeEntry`, a slice at a time, with other work let through in between. */
export async function encodeInSlices(
  collection: CollectionName,
  writes: readonly Write[],
): Promise<Payload> {
  const pieces: Buffer[] = [];
  for (let from = 0; from < writes.length; from += SLICE) {
    const json = JSON.stringify(rowsOf(writes.slice(from, from + SLICE)));
    pieces.push(Buffer.from(`${from === 0 ? '[' : ','}${json}`));
    await setImmediate();
  }
  pieces.push(Buffer.from(']'));
  return payloadOf(collection, Buffer.concat(pieces));
}

function payloadOf(collection: CollectionName, bytes: Buffer): Payload {
  return { kind: PAYLOAD.rows, collection: collectionOf(collection).journalCode, bytes };
}

/** Throws ConfigurationError when a newer version of the service has written the frame. */
export function decodeEntry({ sequence, kind, collection, payload }: Frame): JournalEntry {
  const name = NAMES.get(collection);
  if ((kind !== PAYLOAD.rows && kind !== PAYLOAD.writes) || name === undefined) {
    throw new ConfigurationError(
      `The journal holds an entry that this version does not know (kind ${kind}, collection ${collection}). Start the version that wrote it, and flush, before going back to this one.`,
    );
  }
  const value: unknown = JSON.parse(payload.toString('utf8'));
  const writes =
    kind === PAYLOAD.rows
      ? (value as readonly WriteRows[]).flatMap(writesOf)
      : (value as readonly Write[]).map(withJsonTexts);
  return { sequence, collection: name, writes };
}
