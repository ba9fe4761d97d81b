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
