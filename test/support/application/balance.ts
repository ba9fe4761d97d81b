import { expect } from 'vitest';
import type { Application } from './application.js';

/** Conservation: every accepted record is stored, coalesced, pending or quarantined. */
export function expectBalanced({ buffer }: Pick<Application, 'buffer'>): void {
  const { accepted, stored, coalesced, pending, quarantined, totalCount } = buffer.snapshot();
  expect(stored + coalesced + pending + quarantined).toBe(accepted);
  expect(totalCount).toBe(pending);
}
