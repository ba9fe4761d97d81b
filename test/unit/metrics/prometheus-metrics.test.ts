import { METHODS } from 'node:http';
import { register } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { PrometheusMetrics } from '../../../src/adapters/metrics/prometheus-metrics.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { aReport } from '../../support/application/deleted-counts.js';
import { aSnapshot, attached, scrape } from './support/metrics-under-test.js';

describe('a scrape', () => {
  it('is in the text format of Prometheus, with help and type for every metric', async () => {
    const { metrics } = attached();
    const { contentType, body } = await metrics.render();
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    const named = (kind: string) =>
      [...body.matchAll(new RegExp(`^# ${kind} (\\S+) .+$`, 'gm'))].map(([, name]) => name);
    expect(named('HELP')).toEqual(named('TYPE'));
  });

  it('has the defaults of the process and the delay of the event loop', async () => {
    const samples = await scrape(new PrometheusMetrics());
    expect(samples.has('process_resident_memory_bytes')).toBe(true);
    expect(samples.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  });

  it('shares nothing with another instance or with the registry of the process', async () => {
    const one = new PrometheusMetrics();
    one.flushEnded('stored', 0.1);
    const other = await scrape(new PrometheusMetrics());
    expect(other.get('buffer_flushes_total{outcome="stored"}')).toBe(0);
    expect(await register.metrics()).toBe('\n');
  });
});

describe('requests', () => {
  it('are counted by route, method and status, and timed by route and method', async () => {
    const metrics = new PrometheusMetrics();
    const request = { endpoint: '/sessions/{id}', method: 'GET', seconds: 0.004 };
    metrics.requestEnded({ ...request, status: 200 });
    metrics.requestEnded({ ...request, status: 200 });
    metrics.requestEnded({ ...request, status: 404 });
    const samples = await scrape(metrics);
    const labels = 'endpoint="/sessions/{id}",method="GET"';
    expect(samples.get(`api_requests_total{${labels},status="200"}`)).toBe(2);
    expect(samples.get(`api_requests_total{${labels},status="404"}`)).toBe(1);
    expect(samples.get(`api_duration_seconds_count{${labels}}`)).toBe(3);
    expect(samples.get(`api_duration_seconds_sum{${labels}}`)).toBeCloseTo(0.012);
    expect(samples.get(`api_duration_seconds_bucket{le="0.0025",${labels}}`)).toBe(0);
    expect(samples.get(`api_duration_seconds_bucket{le="0.005",${labels}}`)).toBe(3);
  });

  it('with methods that the service does not use share one label', async () => {
    const metrics = new PrometheusMetrics();
    const request = { endpoint: '/stats', status: 405, seconds: 0.004 };
    metrics.requestEnded({ ...request, method: 'GET' });
    const before = (await scrape(metrics)).size;
    for (const method of METHODS) metrics.requestEnded({ ...request, method });
    for (let made = 0; made < 100; made += 1)
      metrics.requestEnded({ ...request, method: `MADE-UP-${made}` });
    const samples = await scrape(metrics);
    const count = (method: string) =>
      samples.get(`api_requests_total{endpoint="/stats",method="${method}",status="405"}`);
    expect(count('other')).toBe(100 + METHODS.length - 6);
    expect(count('PROPFIND')).toBeUndefined();
    // DELETE, GET, HEAD, OPTIONS, POST, CONNECT and other: a counter and a histogram each.
    expect(samples.size).toBe(before + 6 * 16);
  });
});

describe('flushes', () => {
  it('are counted by outcome and timed', async () => {
    const metrics = new PrometheusMetrics();
    metrics.flushEnded('stored', 0.02);
    metrics.flushEnded('failed', 5);
    metrics.flushEnded('failed', 5);
    const samples = await scrape(metrics);
    expect(samples.get('buffer_flushes_total{outcome="stored"}')).toBe(1);
    expect(samples.get('buffer_flushes_total{outcome="failed"}')).toBe(2);
    expect(samples.get('buffer_flush_duration_seconds_count')).toBe(3);
    expect(samples.get('buffer_flush_duration_seconds_sum')).toBeCloseTo(10.02);
  });

  it('and records have their series from the start, so that a first event is visible', async () => {
    const samples = await scrape(new PrometheusMetrics());
    expect(samples.get('buffer_flushes_total{outcome="failed"}')).toBe(0);
    for (const collection of ['translation_sessions', 'translation_tasks']) {
      expect(samples.get(`buffer_stored_records_total{collection="${collection}"}`)).toBe(0);
      expect(samples.get(`buffer_refused_records_total{collection="${collection}"}`)).toBe(0);
    }
  });
});

describe('scheduled clean-ups', () => {
  const ofSessions = 'retention_deleted_records_total{collection="translation_sessions"}';
  const ofTasks = 'retention_deleted_records_total{collection="translation_tasks"}';

  it('are counted, and deleted records by collection', async () => {
    const metrics = new PrometheusMetrics();
    metrics.cleanedUp(aReport(2, 30));
    metrics.cleanedUp(aReport(0, 1));
    const samples = await scrape(metrics);
    expect(samples.get('retention_runs_total')).toBe(2);
    expect(samples.get(ofSessions)).toBe(2);
    expect(samples.get(ofTasks)).toBe(31);
  });

  it('that fail are counted, and consecutive failures until a success', async () => {
    const metrics = new PrometheusMetrics();
    metrics.cleanUpFailed();
    metrics.cleanUpFailed();
    expect((await scrape(metrics)).get('retention_failed_runs_in_a_row')).toBe(2);
    metrics.cleanedUp(aReport(0, 0));
    const samples = await scrape(metrics);
    expect(samples.get('retention_failed_runs_in_a_row')).toBe(0);
    expect(samples.get('retention_failed_runs_total')).toBe(2);
    expect(samples.get('retention_runs_total')).toBe(1);
  });

  it('have their series from the beginning', async () => {
    const samples = await scrape(new PrometheusMetrics());
    expect(samples.get('retention_runs_total')).toBe(0);
    expect(samples.get(ofSessions)).toBe(0);
    expect(samples.get(ofTasks)).toBe(0);
  });
});

describe('the buffer and the journal', () => {
  it('are read at each scrape', async () => {
    const { metrics, state } = attached(
      {
        waiting: new Map([
          [SESSIONS.name, 2],
          [TASKS.name, 40],
        ]),
        pending: 42,
        oldestPendingSeconds: 1.5,
        quarantined: 3,
        pendingBytes: 9000,
        failedFlushesInARow: 4,
      },
      {
        bytes: 123,
        segments: 2,
        lastSyncSeconds: 0.002,
        limitBytes: 1000,
        syncs: 6,
        syncSeconds: 0.03,
        damage: ['a torn page'],
        writable: false,
      },
    );
    const first = await scrape(metrics);
    expect(Object.fromEntries(first)).toMatchObject({
      'buffer_size{type="sessions"}': 2,
      'buffer_size{type="tasks"}': 40,
      buffer_pending_records: 42,
      buffer_pending_bytes: 9000,
      buffer_oldest_pending_seconds: 1.5,
      buffer_quarantined_records: 3,
      buffer_capacity_records: 200_000,
      buffer_capacity_bytes: 536_870_912,
      buffer_flush_interval_seconds: 30,
      buffer_failed_flushes_in_a_row: 4,
      journal_bytes: 123,
      journal_segments: 2,
      journal_last_sync_seconds: 0.002,
      journal_limit_bytes: 1000,
      journal_syncs_total: 6,
      journal_sync_seconds_total: 0.03,
      journal_damaged_places: 1,
      journal_writable: 0,
    });
    state.snapshot = aSnapshot({ waiting: new Map([[TASKS.name, 7]]), pending: 7 });
    state.inQuarantine = 0;
    const second = await scrape(metrics);
    expect(second.get('buffer_size{type="tasks"}')).toBe(7);
    expect(second.get('buffer_pending_records')).toBe(7);
    expect(second.get('buffer_quarantined_records')).toBe(0);
  });

  it('satisfy the account: accepted = stored + coalesced + pending + refused', async () => {
    const { metrics } = attached({
      accepted: 100,
      stored: 60,
      coalesced: 25,
      pending: 10,
      quarantined: 5,
      dropped: 2,
    });
    metrics.recordsStored('translation_sessions', 20);
    metrics.recordsStored('translation_tasks', 40);
    metrics.recordsQuarantined('translation_tasks', 5);
    const samples = await scrape(metrics);
    const value = (name: string) => samples.get(name) ?? Number.NaN;
    expect(value('buffer_accepted_records_total')).toBe(100);
    expect(
      value('buffer_stored_records_total{collection="translation_sessions"}') +
        value('buffer_stored_records_total{collection="translation_tasks"}') +
        value('buffer_coalesced_records_total') +
        value('buffer_pending_records') +
        value('buffer_refused_records_total{collection="translation_tasks"}'),
    ).toBe(100);
  });

  it('show the space on the disk of the journal, if it is known', async () => {
    const samples = await scrape(attached().metrics);
    const size = samples.get('journal_disk_size_bytes') ?? Number.NaN;
    expect(size).toBeGreaterThan(0);
    expect(samples.get('journal_disk_free_bytes')).toBeLessThanOrEqual(size);
    const nowhere = await scrape(attached({}, {}, { journalPath: '/no/such/folder' }).metrics);
    expect(nowhere.has('journal_disk_size_bytes')).toBe(false);
    expect(nowhere.has('journal_disk_free_bytes')).toBe(false);
  });

  it('count refusals by collection', async () => {
    const metrics = new PrometheusMetrics();
    metrics.recordsQuarantined('translation_tasks', 3);
    expect(
      (await scrape(metrics)).get('buffer_refused_records_total{collection="translation_tasks"}'),
    ).toBe(3);
  });
});
