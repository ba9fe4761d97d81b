import { describe, expect, it } from 'vitest';
import { readDashboard, readQueries } from '../../support/monitoring/monitoring-files.js';
import { namesOf } from '../../support/monitoring/promql.js';

const { panels } = readDashboard();

describe('the dashboard', () => {
  it('selects the chosen jobs and instances in every query', () => {
    for (const { title, expr } of readQueries()) {
      const { selectors } = namesOf(expr);
      const chosen = expr.match(/job=~"\$job", instance=~"\$instance"/g) ?? [];
      expect(chosen, title).toHaveLength(selectors.length);
    }
  });

  it('names its lines by labels that the query keeps', () => {
    for (const { title, targets = [] } of panels) {
      for (const { expr, legendFormat } of targets) {
        const { grouping } = namesOf(expr);
        const isAggregated = /\b(?:sum|min|max|histogram_quantile)\b/.test(expr);
        const used = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
        if (isAggregated)
          expect(grouping, `${title}: ${expr}`).toEqual(expect.arrayContaining(used));
      }
    }
  });

  it('reads all data from the chosen Prometheus', () => {
    const shown = panels.filter(({ type }) => type !== 'row');
    expect(shown.length).toBeGreaterThan(20);
    for (const { title, datasource, targets } of shown) {
      expect(datasource?.uid, title).toMatch(/^\$\{datasource\}$/);
      expect(targets?.length, title).toBeGreaterThan(0);
    }
  });

  it('has a separate position for each panel', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.get(`${x},${y}`), title).toBeUndefined();
          taken.set(`${x},${y}`, title);
        }
      }
    }
  });
});
