import type { CollectionName } from '../../domain/collection.js';
import type { CapacityLimits } from './pending/capacity.js';

export interface BufferSettings extends CapacityLimits {
  /**
   * True if accepted writes wait here until they are stored (`durability: journal` or `memory`).
   * False (`stored`): a batch is accepted once the store has committed it, and what cannot be stored
   * is dropped and refused.
   */
  readonly holdsAccepted: boolean;
  /** Number of pending records of one collection that starts a flush. */
  readonly maxBufferSize: number;
  /** Age of the oldest pending record that starts a flush, in milliseconds. */
  readonly flushInterval: number;
  /** Minimum milliseconds between the starts of two automatic flushes. */
  readonly flushSpacing: number;
}

/** What a flush has stored, including the orphans that it released. */
export interface FlushReport {
  /** Records by collection. */
  readonly written: ReadonlyMap<CollectionName, number>;
  readonly durationMs: number;
}
