import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { TITLES } from '../../src/adapters/http/problems/problem.js';

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| `'));
const alerts = (
  parse(readFileSync(join(root, 'monitoring/alerts.yml'), 'utf8')) as {
    groups: { rules: { alert: string }[] }[];
  }
).groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));

describe('the troubleshooting page', () => {
  it.each(Object.entries(TITLES))('says what to do about %s, with its status', (code, [status]) => {
    expect(rows.filter((row) => row.startsWith(`| \`${code}\` | ${status} |`))).toHaveLength(1);
  });

  it.each(alerts)('says what to do about the alert %s', (alert) => {
    expect(rows.filter((row) => row.split('|')[1]?.includes(`\`${alert}\``))).toHaveLength(1);
  });
});
