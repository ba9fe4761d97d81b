import { getHeapStatistics } from 'node:v8';

/** Of the heap that Node may have: the rest is for requests under way and for what is collected late. */
const HEAP_SHARE = 0.5;

/** `buffer.max_pending_bytes`, or what half of the heap has room for: a full buffer must not end the process. */
export function pendingBytesOf(configured: number): number {
  return Math.min(configured, roomInHeap());
}

/** What to say at the start where the heap has less room than is configured; null where it has enough. */
export function smallHeapWarning(configured: number): string | null {
  const room = roomInHeap();
  if (configured <= room) return null;
  return `buffer.max_pending_bytes is ${configured}, and half of the heap that Node may have is ${room} bytes: no more than that waits. Give Node more with --max-old-space-size, or set a lower limit`;
}

function roomInHeap(): number {
  return Math.floor(getHeapStatistics().heap_size_limit * HEAP_SHARE);
}
