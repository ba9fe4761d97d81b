import { getHeapStatistics } from 'node:v8';

/**
 * Share of the heap of Node: the rest is for running requests and for garbage that is collected
 * late.
 */
const HEAP_SHARE = 0.5;

/**
 * `buffer.max_pending_bytes`, limited to half of the heap: a full buffer must not end the process.
 */
export function pendingBytesOf(configured: number): number {
  return Math.min(configured, roomInHeap());
}

/** The warning at start if the heap is too small for the configured value; null otherwise. */
export function smallHeapWarning(configured: number): string | null {
  const room = roomInHeap();
  if (configured <= room) return null;
  return `buffer.max_pending_bytes is ${configured}, but half of the heap of Node is ${room} bytes: pending records are limited to that. Raise --max-old-space-size, or set a lower limit`;
}

function roomInHeap(): number {
  return Math.floor(getHeapStatistics().heap_size_limit * HEAP_SHARE);
}
