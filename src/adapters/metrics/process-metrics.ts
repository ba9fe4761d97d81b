import { collectDefaultMetrics, type Registry } from 'prom-client';

/** Gauges with the name suffix of counters; the metrics without it give more detail, by type. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Memory, CPU, open files, garbage collection and event loop delay. */
export function addProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
}
