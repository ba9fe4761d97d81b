import { describe, expect, it } from 'vitest';
import {
  type SchemaSnapshot,
  type TableSnapshot,
  withAddedColumns,
} from '../../../scripts/migrations/added-columns.js';

const column = (name: string, rest = {}) => ({ name, type: 'text', notNull: false, ...rest });
const before: TableSnapshot = {
  columns: { id: column('id') },
  indexes: { t_by_id: {} },
  foreignKeys: {},
  checkConstraints: {},
};
const after: TableSnapshot = {
  ...before,
  columns: {
    id: column('id'),
    note: column('note'),
    note_version: column('note_version', { type: 'integer', notNull: true, default: 0 }),
  },
  indexes: { t_by_id: {}, t_by_note: {} },
  checkConstraints: { t_note_range: { name: 't_note_range', value: 'length("t"."note") <= 9' } },
};
const schema = (t: TableSnapshot): SchemaSnapshot => ({ tables: { t } });
const copy = [
  'PRAGMA foreign_keys=OFF;',
  'CREATE TABLE `__new_t` (`id` text)',
  'INSERT INTO `__new_t`("id", "note") SELECT "id", "note" FROM `t`;',
  'DROP TABLE `t`;',
  'ALTER TABLE `__new_t` RENAME TO `t`;',
  'PRAGMA foreign_keys=ON;',
  'CREATE INDEX `t_by_id` ON `t` (`id`);',
  'CREATE INDEX `t_by_note` ON `t` (`note`);',
  'CREATE TABLE `other` (`id` text);',
].join('--> statement-breakpoint\n');

describe('a migration that copies a table of SQLite for new columns', () => {
  it('adds them instead, with their checks and defaults, and keeps the rest', () => {
    expect(withAddedColumns(copy, schema(before), schema(after)).trim().split('\n')).toEqual([
      'ALTER TABLE `t` ADD `note` text CONSTRAINT "t_note_range" CHECK(length("note") <= 9)--> statement-breakpoint',
      'ALTER TABLE `t` ADD `note_version` integer DEFAULT 0 NOT NULL--> statement-breakpoint',
      'CREATE INDEX `t_by_note` ON `t` (`note`);--> statement-breakpoint',
      'CREATE TABLE `other` (`id` text);',
    ]);
  });

  it.each([
    [
      'another type',
      { ...after, columns: { ...after.columns, id: column('id', { type: 'blob' }) } },
    ],
    ['a column less', { ...after, columns: { note: column('note') } }],
    ['a foreign key', { ...after, foreignKeys: { f: {} } }],
  ])('is refused when it also brings %s', (_what, changed) => {
    expect(() => withAddedColumns(copy, schema(before), schema(changed))).toThrow(
      'Write its INSERT by hand',
    );
  });

  it('stays as it is when it copies nothing', () => {
    const plain = 'CREATE INDEX `t_by_note` ON `t` (`note`);';
    expect(withAddedColumns(plain, schema(before), schema(after))).toBe(plain);
  });
});
