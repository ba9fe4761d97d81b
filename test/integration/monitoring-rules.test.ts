import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { describeWithPrograms } from '../support/deployment/debian-programs.js';
import { readAlerts, readMonitoringFile } from '../support/monitoring/monitoring-files.js';
import { namesOf } from '../support/monitoring/promql.js';
import { MONITORING, promtool } from '../support/monitoring/promtool.js';

interface AlertCase {
  readonly alertname: string;
  readonly exp_alerts: readonly { readonly exp_labels: Readonly<Record<string, string>> }[];
}
interface CaseGroup {
  readonly input_series: readonly { readonly series: string }[];
  readonly alert_rule_test: readonly AlertCase[];
}
interface PrometheusConfig {
  readonly scrape_configs: readonly [Readonly<Record<string, unknown>>];
}

const readCases = () =>
  (parse(readMonitoringFile('alerts.test.yml')) as { readonly tests: readonly CaseGroup[] }).tests;
const readConfig = () => parse(readMonitoringFile('prometheus.yml')) as PrometheusConfig;

/** A copy of the folder, with the key file that the configuration names. */
function aCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ps-monitoring-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(MONITORING, folder, { recursive: true });
  writeFileSync(join(folder, 'persistence-service.key'), 'a-token');
  return folder;
}

describeWithPrograms('promtool', ['promtool'], () => {
  it('accepts the configuration if the file with the token exists', () => {
    const config = join(aCopy(), 'prometheus.yml');
    const { code, output } = promtool(['check', 'config', config]);
    expect(output).toMatch(/prometheus\.yml is valid/);
    expect(output).toMatch(/\d+ rules found/);
    expect(code).toBe(0);
  });

  it('accepts the configuration without a token', () => {
    const config = join(aCopy(), 'prometheus.yml');
    const { scrape_configs, ...others } = readConfig();
    const [{ authorization, ...job }] = scrape_configs;
    expect(authorization).toBeDefined();
    writeFileSync(config, stringify({ ...others, scrape_configs: [job] }));
    expect(promtool(['check', 'config', config]).code).toBe(0);
  });

  it('accepts the rules', () => {
    const { code, output } = promtool(['check', 'rules', 'alerts.yml']);
    expect(output).toContain(`${readAlerts().length} rules found`);
    expect(code).toBe(0);
  });

  it('sees each alert fire and stay silent as its case expects', () => {
    const { code, output } = promtool(['test', 'rules', 'alerts.test.yml']);
    expect(output).toContain('SUCCESS');
    expect(code, output).toBe(0);
  });

  it('would detect a changed bound', () => {
    const folder = aCopy();
    const rules = readMonitoringFile('alerts.yml').replace(
      'failed_flushes_in_a_row{job="persistence-service"} >= 3',
      'failed_flushes_in_a_row{job="persistence-service"} >= 2',
    );
    writeFileSync(join(folder, 'alerts.yml'), rules);
    const { code, output } = promtool(['test', 'rules', join(folder, 'alerts.test.yml')]);
    expect(output).toContain('FlushesFailing');
    expect(code).not.toBe(0);
  });
});

describe('the alerts', () => {
  it.each(readAlerts())(
    '$alert has a case in which it fires, and one in which it does not',
    ({ alert, expr }) => {
      const groups = readCases().filter(({ alert_rule_test }) =>
        alert_rule_test.some(({ alertname }) => alertname === alert),
      );
      const cases = groups
        .flatMap(({ alert_rule_test }) => alert_rule_test)
        .filter(({ alertname }) => alertname === alert);
      const fired = cases.flatMap(({ exp_alerts }) =>
        exp_alerts.map(({ exp_labels }) => exp_labels.instance),
      );
      // An alert over all instances names none.
      const isOverAll = !expr.includes('instance') && expr.startsWith('max by (job)');
      expect(new Set(fired)).toEqual(new Set([isOverAll ? undefined : 'bad']));
      expect(cases.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true);
      // The instance that stays silent has every series that the alert reads.
      const series = groups.flatMap(({ input_series }) =>
        input_series.map((input) => input.series),
      );
      for (const { metric } of namesOf(expr).selectors) {
        const isOfGood = (text: string) =>
          text.startsWith(`${metric}{`) && text.includes('instance="good"');
        expect(series.some(isOfGood), metric).toBe(true);
      }
    },
  );

  it('have unique names, and a case each', () => {
    const names = readAlerts().map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    const tested = readCases().flatMap(({ alert_rule_test }) =>
      alert_rule_test.map(({ alertname }) => alertname),
    );
    expect(new Set(tested)).toEqual(new Set(names));
  });
});

describe('the commented variant of the configuration', () => {
  it('is the same job without the token', () => {
    const lines = readMonitoringFile('prometheus.yml').split('\n');
    const from = lines.indexOf('  # - job_name: persistence-service');
    const variant = lines
      .slice(from)
      .map((line) => line.replace(/^ {2}# ?/, ''))
      .join('\n');
    const [{ authorization: _, ...job }] = readConfig().scrape_configs;
    expect(parse(variant)).toEqual([job]);
  });
});
