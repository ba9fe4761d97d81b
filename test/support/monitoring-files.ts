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
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

export function readDashboard(): Dashboard {
  return JSON.parse(readMonitoringFile('grafana-dashboard.json')) as Dashboard;
}

/** Every query of the dashboard, with the panel that it is in. */
export function readQueries(): readonly { readonly title: string; readonly expr: string }[] {
  const { panels, annotations } = readDashboard();
  return [
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr }))),
    ...annotations.list.map(({ expr }) => ({ title: 'annotation', expr })),
  ];
}
