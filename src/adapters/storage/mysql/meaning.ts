import type { RefusalReason } from '../../../domain/errors.js';

/**
 * What an error of the driver means:
 * - `again`: the same statement may succeed in a moment (a deadlock); it is retried at once
 * - `later`: the server is full or overloaded; the flush retries after its backoff
 * - `node`: this server cannot be reached or cannot do it now; another node of its cluster may, and
 *   otherwise the flush retries after its backoff
 * - `setup`: the server answers, and refuses until someone changes a setting, there or here. It
 *   prevents a start; while the service runs, it is handled like an outage (a rotated password, a
 *   renamed table)
 * - `split`: the transaction is too large. It is retried later; if it fails again, the flush divides
 *   it, as after an unknown error
 * - `record`: one of the records is invalid, permanently
 * - `unclear`: unknown. It is retried later, because only a known record error may refuse a record
 */
export type Meaning =
  | {
      readonly kind: 'again' | 'later' | 'node' | 'setup' | 'split' | 'unclear';
      readonly text: string;
    }
  | { readonly kind: 'record'; readonly reason: RefusalReason; readonly text: string };

export const again = (text: string): Meaning => ({ kind: 'again', text });
export const later = (text: string): Meaning => ({ kind: 'later', text });
export const node = (text: string): Meaning => ({ kind: 'node', text });
export const setup = (text: string): Meaning => ({ kind: 'setup', text });
export const record = (reason: RefusalReason, text: string): Meaning => ({
  kind: 'record',
  reason,
  text,
});
export const split = (text: string): Meaning => ({ kind: 'split', text });
export const unclear = (text: string): Meaning => ({ kind: 'unclear', text });
