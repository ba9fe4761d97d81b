import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldProblems } from '../../../scripts/translations/fields.js';

const path = 'docs/zh-CN/fields.md';
const page = readFileSync(join(import.meta.dirname, '..', '..', '..', path), 'utf8');
const rowOf = (field: string) =>
  page.split('\n').find((l) => l.startsWith(`| \`${field}\` |`)) ?? '';

function problemsWith(from: string, to: string): readonly string[] {
  expect(page).toContain(from);
  return fieldProblems(
    path,
    page.replace(from, () => to),
  );
}

describe('the check of the Chinese tables of fields', () => {
  it('accepts the page', () => {
    expect(fieldProblems(path, page)).toEqual([]);
  });

  it('finds a field without a row', () => {
    expect(problemsWith(`${rowOf('batch_id')}\n`, '')).toEqual([
      `${path}: the table of tasks has no row for batch_id; add it`,
    ]);
  });

  it('finds a row without a field', () => {
    const row = rowOf('llm_provider');
    expect(problemsWith(row, `${row}\n| \`other\` | 含义。 | 限制。 | 默认。 |`)).toEqual([
      `${path}: the table of sessions has a row for other, which is no field; remove it`,
    ]);
  });

  it('finds other limits', () => {
    const row = rowOf('file_path');
    expect(problemsWith(row, row.replace('512', '500'))).toEqual([
      `${path}: the table of sessions gives file_path the limits 1, 500 instead of 1, 512; correct it`,
    ]);
  });

  it('finds a required field that is called optional, and the reverse', () => {
    const required = rowOf('file_path');
    expect(problemsWith(required, required.replace('必填', '可选'))).toEqual([
      `${path}: the table of sessions does not say that file_path is required (必填); correct it`,
    ]);
    const optional = rowOf('metadata');
    expect(problemsWith(optional, optional.replace('保留原值', '必填'))).toEqual([
      `${path}: the table of sessions says that metadata is required (必填); correct it`,
    ]);
  });

  it('finds that a table is missing', () => {
    expect(problemsWith('<!-- fields of tasks -->', '')).toEqual([
      `${path}: no table after <!-- fields of tasks -->; add it`,
    ]);
  });
});
