import { describe, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { BELOW_SESSIONS } from '../../support/application/application.js';
import { historiesOr, pairOn, playHistories } from '../../support/histories/property.js';
import { BOTH, openMemory } from '../../support/stores/opened-stores.js';

const HISTORIES = historiesOr(200);
const TIMEOUT = HISTORIES * 100 + 120_000;

/** More than two levels are in one store. */
const MAY_SPLIT = BELOW_SESSIONS.length === 1;
const SPLIT = [
  'a store for each collection',
  pairOn(openMemory([SESSIONS.name], 'memory-a'), openMemory(BELOW_SESSIONS, 'memory-b')),
] as const;

describe('two instances on one store, whatever happens to them,', () => {
  it.each([['one store', pairOn(openMemory(BOTH))] as const, ...(MAY_SPLIT ? [SPLIT] : [])])(
    'leave the fold of what was accepted in %s',
    async (label, pair) => {
      await playHistories(label, pair, HISTORIES);
    },
    TIMEOUT,
  );
});
