import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { MONITORING } from './promtool.js';

export interface Alert {
  readonly alert: string;
  readonly expr: string;
}

export function readMonitoringFile(name: string): string {
  return readFileSync(join(MONITORING, name), 'utf8');
}

export function readAlerts(): readonly Alert[] {
  const file = parse(readMonitoringFile('alerts.yml')) as {
    readonly groups: readonly { readonly rules: readonly Alert[] }[];
  };
  return file.groups.flatMap(({ rules }) => rules);
}

export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly datasource?: { readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
  }[];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly datasource?: object;
  readonly query: string | { readonly query: string };
}

interface Dashboard {
  readonly id?: number | null;
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly time: { readonly from: string; readonly to: string };
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

export function readDashboard(): Dashboard {
  return JSON.parse(readMonitoringFile('grafana-dashboard.json')) as Dashboard;
}

/** Every query of the dashboard, with its panel. */
export function readQueries(): readonly { readonly title: string; readonly expr: string }[] {
  const { panels, annotations } = readDashboard();
  return [
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr }))),
    ...annotations.list.map(({ expr }) => ({ title: 'annotation', expr })),
  ];
}

/** The variables with values of a label: `label_values(expr, label)`. */
export function readVariables(): readonly {
  readonly name: string;
  readonly expr: string;
  readonly label: string;
}[] {
  return readDashboard().templating.list.flatMap(({ name, query }) => {
    if (typeof query === 'string') return [];
    const [, expr, label] = /^label_values\((.*), (\w+)\)$/.exec(query.query) ?? [];
    if (expr === undefined || label === undefined) throw new Error(`not label_values: ${name}`);
    return [{ name, expr, label }];
  });
}
