import { describe, expect, it } from 'vitest';
import {
  readDashboard,
  readMonitoringFile,
  readVariables,
} from '../../support/monitoring/monitoring-files.js';

/** For Grafana 10 and newer; older versions need another format. */
const OLDEST_SCHEMA = 36;
/** Panels that need no plugin. */
const BUILT_IN = ['row', 'stat', 'timeseries'];
/** The syntax of a Grafana variable; not a template literal. */
const SOURCE = ['$', '{datasource}'].join('');

const dashboard = readDashboard();
const text = readMonitoringFile('grafana-dashboard.json');

describe('the dashboard for import into Grafana', () => {
  it('has no id of another Grafana, and its own uid, title and schema', () => {
    expect(dashboard.id ?? null).toBeNull();
    expect(dashboard.uid).toMatch(/^[\w-]{1,40}$/);
    expect(dashboard.title).not.toBe('');
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(OLDEST_SCHEMA);
    expect(dashboard.time).toEqual({ from: expect.stringMatching(/^now-/), to: 'now' });
  });

  it('asks for a Prometheus first, by a variable that the others and the panels use', () => {
    const [source, ...others] = dashboard.templating.list;
    expect(source).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    expect(others.length).toBeGreaterThan(0);
    for (const variable of others) {
      expect(variable.type).toBe('query');
      expect(variable.datasource).toEqual({ type: 'prometheus', uid: SOURCE });
    }
    // An export for sharing would contain inputs that this file does not need.
    expect(dashboard).not.toHaveProperty('__inputs');
  });

  it('reads the values of each variable from labels, filtered by the variables before it', () => {
    const known = ['datasource'];
    for (const { name, expr, label } of readVariables()) {
      expect(label).toBe(name);
      for (const [, used] of expr.matchAll(/\$(\w+)/g)) expect(known).toContain(used);
      known.push(name);
    }
  });

  it('uses only its own variables and those of Grafana', () => {
    const own = dashboard.templating.list.map(({ name }) => name);
    const used = [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !name.startsWith('__') && !own.includes(name))).toEqual([]);
  });

  it('has panels without plugins, each with a position, a unit and its own queries', () => {
    for (const { title, type, gridPos, targets = [], fieldConfig } of dashboard.panels) {
      expect(BUILT_IN, title).toContain(type);
      const { x, y, w, h } = gridPos;
      for (const part of [x, y, w, h]) expect(Number.isInteger(part), title).toBe(true);
      expect(Math.min(w, h), title).toBeGreaterThan(0);
      const refs = targets.map(({ refId }) => refId);
      expect(new Set(refs).size, title).toBe(refs.length);
      for (const ref of refs) expect(ref, title).toMatch(/^[A-Z]$/);
      if (type !== 'row') expect(fieldConfig?.defaults.unit, title).toBeTruthy();
    }
  });
});
