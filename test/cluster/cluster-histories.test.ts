import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StorageBackend } from '../../src/ports/storage-backend.js';
import { compareStores, differentialHistoriesOr } from '../support/differential/compare.js';
import { type Store, whole } from '../support/differential/stores.js';
import type { GaleraNode } from '../support/galera/galera-node.js';
import { describeOnGalera } from '../support/galera/galera-suite.js';
import { historiesOr, pairOn, playHistories } from '../support/histories/property.js';
import { BOTH, type Opened, openMemory, openMysql } from '../support/stores/opened-stores.js';

const HISTORIES = historiesOr(20);
const DIFFERENTIAL = differentialHistoriesOr(6);
const MINUTE = 60_000;

const serverOf = ({ settings, url }: GaleraNode) => ({ label: settings.name, url });

describeOnGalera('two nodes', (cluster) => {
  let opened: Opened;
  beforeAll(async () => {
    await cluster.start();
    opened = await openMysql(serverOf(cluster.node(0)), BOTH, serverOf(cluster.node(1)));
    await opened.other.open();
  });
  afterAll(() => opened?.close());

  describe('with an instance on each, after any faults,', () => {
    it(
      'hold the fold of the accepted writes',
      () => playHistories('two nodes', pairOn(opened), HISTORIES),
      HISTORIES * 10_000 + 3 * MINUTE,
    );
  });

  describe('of which each call to the store uses the other one,', () => {
    it(
      'give the answers of one store',
      async () => {
        const alternating: Opened = { ...opened, backend: inTurn(opened.backend, opened.other) };
        const stores: readonly Store[] = [
          whole('memory', openMemory(BOTH)),
          whole('two nodes in turn', alternating),
        ];
        expect(await compareStores(stores, DIFFERENTIAL)).toBeGreaterThan(0);
      },
      DIFFERENTIAL * 20_000 + 2 * MINUTE,
    );
  });
});

/** Calls the two backends in turn. */
function inTurn(one: StorageBackend, other: StorageBackend): StorageBackend {
  let calls = 0;
  const both = <Target extends object>(first: Target, second: Target): Target =>
    new Proxy(first, {
      get: (_, name) => {
        const value: unknown = Reflect.get(first, name, first);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          calls += 1;
          const target = calls % 2 === 0 ? first : second;
          return Reflect.apply(Reflect.get(target, name, target) as typeof value, target, args);
        };
      },
    });
  const quarantine = both(one.quarantine, other.quarantine);
  return new Proxy(both(one, other), {
    get: (target, name) => (name === 'quarantine' ? quarantine : Reflect.get(target, name)),
  });
}
