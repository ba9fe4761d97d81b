import { beforeEach, describe, expect, it } from 'vitest';
import { ClusterConflicts } from '../../../../src/adapters/storage/mysql/cluster/cluster-conflicts.js';
import { PlaceholderRows } from '../../../../src/adapters/storage/mysql/cluster/placeholder-rows.js';
import { MysqlDialect } from '../../../../src/adapters/storage/mysql/mysql-dialect.js';
import { tables } from '../../../../src/adapters/storage/mysql/schema.js';
import type { SqlText, SqlTransaction } from '../../../../src/adapters/storage/sql/dialect.js';
import { storeTables } from '../../../../src/adapters/storage/sql/tables/store-tables.js';
import type { Collection } from '../../../../src/domain/collection.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../../support/records/writes.js';

const ROWS_OF_RECORD = 16;
const SESSION = { collection: SESSIONS.name, key: 's-1' };

let sent: SqlText[] = [];
const transaction: SqlTransaction = {
  all: async () => [],
  run: async (statement) => sent.push(statement),
  upsert: async ({ head, row, tail }) => void sent.push({ text: head + row + tail, params: [] }),
  rollback: async () => undefined,
};

function conflictsWith({ isMember = true, checksParents = true }) {
  const { collections } = storeTables(tables);
  const placeholders = new PlaceholderRows(new MysqlDialect(), collections);
  return new ClusterConflicts(placeholders, checksParents, () => isMember);
}

/** The keys of the records that the rows stand for, once all rows are removed again. */
function keys(): readonly string[] {
  const [added = [], removed = []] = ['insert', 'delete'].map((verb) =>
    sent.filter(({ text }) => text.startsWith(verb)).flatMap(({ params }) => params.flat()),
  );
  expect(removed).toEqual(added);
  const names = added.map((subject) => String(subject).split('\u001f')[0]?.split('/')[1] ?? '');
  return [...new Set(names)];
}

beforeEach(() => {
  sent = [];
});

describe('the conflicts of a cluster', () => {
  it('take no statement on a server that is not a member', async () => {
    const conflicts = conflictsWith({ isMember: false, checksParents: false });
    await conflicts.ofWrites(transaction, TASKS, [taskWrite('t-1', 1)]);
    await conflicts.ofQuarantined(transaction, TASKS, [taskWrite('t-1', 1)]);
    await conflicts.ofDeletes(transaction, [SESSION]);
    await conflicts.ofAbsent(transaction, SESSIONS, 's-1');
    expect(sent).toEqual([]);
  });

  it('take none for writes whose parents are checked by the server', async () => {
    const conflicts = conflictsWith({ checksParents: true });
    await conflicts.ofWrites(transaction, TASKS, [taskWrite('t-1', 1)]);
    await conflicts.ofWrites(transaction, SESSIONS, [sessionWrite('s-1', 1)]);
    expect(sent).toEqual([]);
  });

  it('take one row for each parent of writes in a store without the parents', async () => {
    const writes = ['s-1', 's-2', 's-1'].map((session_id, index) =>
      taskWrite(`t-${index}`, 1, { session_id }),
    );
    await conflictsWith({ checksParents: false }).ofWrites(transaction, TASKS, writes);
    expect(sent[0]?.params).toHaveLength(2);
    expect(keys()).toEqual(['s-1', 's-2']);
  });

  it('take one for each parent that may be deleted with its own parent', async () => {
    const below: Collection = { ...TASKS, parent: { collection: TASKS.name, field: 'batch_id' } };
    await conflictsWith({}).ofWrites(transaction, below, [taskWrite('t-1', 1)]);
    expect(keys()).toEqual(['b-1']);
  });

  it('take one for each quarantined record, and each of their parents', async () => {
    await conflictsWith({}).ofQuarantined(transaction, TASKS, [taskWrite('t-1', 1)]);
    expect(keys()).toEqual(['s-1', 't-1']);
    expect(sent[0]?.params).toHaveLength(2);
  });

  it('take all rows of a record for its delete', async () => {
    await conflictsWith({}).ofDeletes(transaction, [SESSION]);
    expect(new Set(sent[0]?.params).size).toBe(ROWS_OF_RECORD);
    expect(keys()).toEqual(['s-1']);
  });

  it('take the row itself for the delete of a record that is not stored', async () => {
    await conflictsWith({}).ofAbsent(transaction, TASKS, 't-1');
    expect(sent.map(({ text }) => text.split(' ').slice(0, 3).join(' '))).toEqual([
      'insert into `translation_sessions`',
      'insert into `translation_tasks`',
      'delete from translation_tasks',
      'delete from translation_sessions',
    ]);
  });
});
