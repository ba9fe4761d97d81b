import type { CollectionName } from '../../domain/collection.js';
import type { CapacityLimits } from './pending/capacity.js';

export interface BufferSettings extends CapacityLimits {
  /** Records of one collection that start a flush. */
  readonly maxBufferSize: number;
  /** Milliseconds after which the oldest record starts a flush. */
  readonly flushInterval: number;
  /** Least milliseconds between the begins of two flushes that nobody asked for. */
  readonly flushSpacing: number;
}

/** What a flush has stored, orphans that it released included. */
export interface FlushReport {
  /** Records by collection. */
  readonly written: ReadonlyMap<CollectionName, number>;
  readonly durationMs: number;
}
