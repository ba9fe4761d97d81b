import type { RowDataPacket } from 'mysql2/promise';
import { onTestFinished } from 'vitest';
import { MysqlBackend } from '../../../src/adapters/storage/mysql/mysql-backend.js';
import { SystemClock } from '../../../src/adapters/time/system-clock.js';
import { TABLES } from '../../contracts/storage/store-under-test.js';
import { RecordingLogger } from '../application/fakes.js';
import type { ReplicationGroup } from './group.js';
import type { GroupMember } from './group-member.js';

export type Login = ReplicationGroup['login'];

/** An open store on these members, in this order; closed when the test ends. */
export async function storeOn(login: Login, members: readonly GroupMember[]) {
  const logger = new RecordingLogger();
  const store = new MysqlBackend({
    clock: new SystemClock(),
    host: '',
    port: 0,
    hosts: members.map(({ port }) => ({ host: '127.0.0.1', port })),
    ...login,
    poolSize: 8,
    migrateOnStart: true,
    collections: ['translation_sessions', 'translation_tasks'],
    logger,
  });
  onTestFinished(() => store.close());
  await store.open();
  return { store, logger };
}

/** The rows of every table on every member, once all have applied everything. */
export async function contents(group: ReplicationGroup, { database }: Login) {
  const [row] = await (await group.primary()).query('select @@global.gtid_executed as gtids');
  return Promise.all(
    group.members.map(async (member) => {
      await member.query(`select wait_for_executed_gtid_set('${row?.gtids}', 20)`);
      const tables: Record<string, RowDataPacket[]> = {};
      for (const table of TABLES)
        tables[table] = await member.query(`select * from ${table} order by 1`, database);
      return tables;
    }),
  );
}
