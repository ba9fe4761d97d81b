import { existsSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { ORACLE_TOOL } from '../mysql-servers/private-oracle.js';
import { ServerNotAvailable } from '../mysql-servers/private-server.js';
import { ReplicationGroup } from './group.js';

/** The first start may download the packages. */
const START_TIMEOUT_MS = 400_000;

/**
 * A suite on a group of its own, which is whole before each test. Its tests are skipped if there is
 * no such server on this machine.
 */
export function describeOnGroup(name: string, body: (group: () => ReplicationGroup) => void): void {
  describe(`${name} on Group Replication`, () => {
    let group: ReplicationGroup | null = null;
    let missing = '';

    beforeAll(async () => {
      group = await ReplicationGroup.start().catch((error: unknown) => {
        if (!(error instanceof ServerNotAvailable)) throw error;
        if (process.env.CI && existsSync(ORACLE_TOOL)) throw new Error(error.message);
        missing = `GROUP REPLICATION NOT TESTED: ${error.message}`;
        console.warn(missing);
        return null;
      });
    }, START_TIMEOUT_MS);
    beforeEach((context) => {
      if (group === null) context.skip(missing);
      return group?.repair();
    });
    afterAll(() => group?.dispose());

    body(() => {
      if (group === null) throw new Error(missing);
      return group;
    });
  });
}
