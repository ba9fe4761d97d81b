import type { Connection } from 'mysql2/promise';
import { describe, expect, it } from 'vitest';
import { checkEngines, checkServer } from '../../../../src/adapters/storage/mysql/server-checks.js';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import { ConfigurationError } from '../../../../src/ports/configuration-error.js';

const SERVER = 'mysql app@db.internal:3306/jobs';

/** A server that answers queries about itself. */
function aServer(
  version: string,
  readOnly: number | string = 0,
  variables: Readonly<Record<string, string>> = {},
): Connection {
  const row = { version, read_only: readOnly, max_allowed_packet: 16_777_216 };
  const shown = Object.entries(variables).map(([Variable_name, Value]) => ({
    Variable_name,
    Value,
  }));
  const query = async (text: string) => [text.startsWith('show') ? shown : [row], []];
  return { query } as unknown as Connection;
}

describe('the check of a server', () => {
  it.each([
    ['8.4.0', 'MySQL', '8.4.0'],
    ['8.4.6-commercial', 'MySQL', '8.4.6'],
    ['9.7.4', 'MySQL', '9.7.4'],
    ['10.6.0-MariaDB', 'MariaDB', '10.6.0'],
    ['10.11.19-MariaDB-0+deb12u1', 'MariaDB', '10.11.19'],
    ['12.0.2-MariaDB-ubu2404-log', 'MariaDB', '12.0.2'],
    ['8.0.11-TiDB-v8.5.1', 'TiDB', '8.5.1'],
    ['8.0.11-TiDB-v9.0.0-beta.1', 'TiDB', '9.0.0'],
  ])('takes %s', async (version, product, number) => {
    expect(await checkServer(SERVER, aServer(version))).toEqual({
      product,
      version: number,
      maxAllowedPacket: 16_777_216,
      isClusterMember: product === 'TiDB',
    });
  });

  it.each([
    ['is one', { wsrep_on: 'ON', wsrep_provider: '/usr/lib/galera/libgalera_smm.so' }, true],
    ['has Galera switched off', { wsrep_on: 'OFF', wsrep_provider: 'none' }, false],
    ['has no library of Galera', { wsrep_on: 'ON', wsrep_provider: 'none' }, false],
    ['does not know Galera', {}, false],
  ])('finds out whether it is a member of a cluster: it %s', async (_, variables, isMember) => {
    const server = aServer('10.11.19-MariaDB', 0, variables);
    expect((await checkServer(SERVER, server)).isClusterMember).toBe(isMember);
  });

  it.each([
    ['5.7.44', 'MySQL 5.7.44'],
    ['8.0.43', 'MySQL 8.0.43'],
    ['8.3.0', 'MySQL 8.3.0'],
    ['5.5.68-MariaDB', 'MariaDB 5.5.68'],
    ['10.5.29-MariaDB-log', 'MariaDB 10.5.29'],
    ['5.7.25-TiDB-v7.1.0', 'TiDB 7.1.0'],
    ['8.0.11-TiDB-v8.4.0', 'TiDB 8.4.0'],
  ])('refuses %s as too old, and says what to use', async (version, shown) => {
    const refused = checkServer(SERVER, aServer(version));
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(
      `${SERVER}: ${shown} is too old. Use MySQL 8.4 or newer, MariaDB 10.6 or newer, or TiDB 8.5 or newer.`,
    );
  });

  it.each([[0], ['0'], ['OFF'], ['off']])(
    'takes a server that is not read-only (%o)',
    async (off) => {
      const facts = await checkServer(SERVER, aServer('12.0.2-MariaDB', off));
      expect(facts.product).toBe('MariaDB');
    },
  );

  it.each([[1], ['1'], ['ON'], ['NO_LOCK'], ['NO_LOCK_NO_ADMIN']])(
    'refuses a read-only server (%o), and says what to set',
    async (on) => {
      const refused = checkServer(SERVER, aServer('10.11.19-MariaDB', on));
      await expect(refused).rejects.toThrow(ConfigurationError);
      await expect(refused).rejects.toThrow(/read-only.+database\.host/);
    },
  );
});

describe('the check of a member of Group Replication', () => {
  const GROUP = {
    group_replication_group_name: 'a1f1975b-2607-41ec-8d79-fb1042da1e96',
    group_replication_single_primary_mode: 'ON',
  };

  it('takes the primary, whose locks reach every transaction', async () => {
    const facts = await checkServer(SERVER, aServer('9.7.4', 0, GROUP));
    expect(facts).toMatchObject({ product: 'MySQL', isClusterMember: false });
  });

  it('waits for a secondary to become the primary, and says what to set', async () => {
    const refused = checkServer(SERVER, aServer('9.7.4', 1, GROUP));
    await expect(refused).rejects.toThrow(StorageUnavailableError);
    await expect(refused).rejects.toThrow(/secondary of its group.+database\.hosts/);
  });

  it('refuses a group with several primaries, and says what to run', async () => {
    const several = { ...GROUP, group_replication_single_primary_mode: 'OFF' };
    const refused = checkServer(SERVER, aServer('9.7.4', 0, several));
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow('group_replication_switch_to_single_primary_mode()');
  });

  it('takes a server that has the plugin and no group for a single one', async () => {
    const alone = { ...GROUP, group_replication_group_name: '' };
    await expect(checkServer(SERVER, aServer('9.7.4', 1, alone))).rejects.toThrow(/read-only/);
  });
});

describe('the check of the engines', () => {
  const withTables = (engines: Readonly<Record<string, string | null>>) => {
    const rows = Object.entries(engines).map(([of_table, found]) => ({ of_table, found }));
    return { query: async () => [rows, []] } as unknown as Connection;
  };

  it.each([
    ['InnoDB', { translation_sessions: 'InnoDB', translation_tasks: 'InnoDB' }],
    ['InnoDB in lower case', { translation_sessions: 'innodb' }],
    ['no table at all', {}],
  ])('takes %s', async (_, engines) => {
    await expect(checkEngines(SERVER, withTables(engines))).resolves.toBeUndefined();
  });

  it.each([['MyISAM'], ['Aria'], ['MEMORY'], [null]])(
    'refuses %s, and says which tables use it and what to do',
    async (engine) => {
      const engines = { translation_sessions: 'InnoDB', translation_tasks: engine };
      const refused = checkEngines(SERVER, withTables(engines));
      await expect(refused).rejects.toThrow(ConfigurationError);
      await expect(refused).rejects.toThrow(
        `${SERVER}: these tables do not use the engine InnoDB: translation_tasks (${engine}).`,
      );
      await expect(refused).rejects.toThrow(/ALTER TABLE .+ ENGINE=InnoDB.+foreign key/);
    },
  );
});
