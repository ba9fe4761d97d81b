import type { FlushReport } from '../../../src/application/buffer/buffer-settings.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';

/** The number of records that a flush has written, by collection. */
export function writtenOf({ written }: FlushReport): Readonly<Record<string, number>> {
  return Object.fromEntries(
    COLLECTIONS.map(({ name, plural }) => [plural, written.get(name) ?? 0]),
  );
}
