import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import type { Change } from './changes.js';

/** Changes of the source, and copies of it that may be killed. */
export interface CopyHistory {
  readonly before: readonly Change[];
  readonly copies: readonly ACopy[];
}

/** A copy while the source changes; `dies`: the call at which it is killed, counted in both stores. */
export interface ACopy {
  readonly during: readonly { readonly call: number; readonly change: Change }[];
  readonly dies: number | null;
  readonly after: readonly Change[];
}

const write = (level: number, number: number, parent = number): Change => ({
  kind: 'write',
  level,
  number,
  parent,
  fields: [],
  value: 1,
  late: 0,
});

/**
 * A note is deleted with the session of its task, and written anew, while two copies are killed: in
 * the target it kept the creation time of the first note.
 */
const CREATED_AGAIN_BELOW: CopyHistory = {
  before: [write(1, 1), write(2, 1), { kind: 'delete', number: 3 }],
  copies: [
    {
      during: [
        { call: 1, change: write(1, 1, 2) },
        { call: 1, change: write(0, 1) },
      ],
      dies: 2,
      after: [],
    },
    { during: [], dies: 19, after: [{ kind: 'delete', number: 2 }, write(2, 1)] },
  ],
};

/** Histories that a copy once got wrong; those of three levels need a family that has them. */
export const KNOWN_HISTORIES: readonly CopyHistory[] =
  COLLECTIONS.length > 2 ? [CREATED_AGAIN_BELOW] : [];
