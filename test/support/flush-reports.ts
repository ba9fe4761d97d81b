import type { FlushReport } from '../../src/application/buffer/buffer-settings.js';
import { COLLECTIONS } from '../../src/domain/collections/list.js';

/** How many records a flush has written, by what they are called. */
export function writtenOf({ written }: FlushReport): Readonly<Record<string, number>> {
  return Object.fromEntries(
    COLLECTIONS.map(({ name, plural }) => [plural, written.get(name) ?? 0]),
  );
}
