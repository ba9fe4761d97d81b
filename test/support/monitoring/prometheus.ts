import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { pathOf } from '../deployment/debian-programs.js';
import { freePort } from '../processes/free-port.js';
import { readMonitoringFile } from './monitoring-files.js';

const START_TIMEOUT = 30_000;
/** Time runs this many times as fast as in production: a minute of `for` takes two seconds. */
const FASTER = 30;
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

/** A real Prometheus with the configuration and rules of this project, thirty times as fast. */
export interface Prometheus {
  readonly rules: () => Promise<readonly Rule[]>;
  /** The targets of the jobs: `up`, `down` or `unknown`, and the reason. */
  readonly targets: () => Promise<
    readonly { readonly health: string; readonly lastError: string }[]
  >;
  /** Names of the firing alerts, sorted. */
  readonly firing: () => Promise<readonly string[]>;
}

/** Starts one that scrapes a service with a key; it is stopped when the test is over. */
export async function aPrometheus(serviceUrl: string, token: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'ps-prometheus-'));
  writeFileSync(join(folder, 'prometheus.yml'), configurationFor(new URL(serviceUrl).host));
  writeFileSync(join(folder, 'alerts.yml'), fasterRules());
  writeFileSync(join(folder, 'persistence-service.key'), token, { mode: 0o600 });
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    pathOf('prometheus'),
    ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=${address}`],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-5000);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  await ready(`http://${address}/-/ready`, () => child.exitCode !== null).catch((cause) => {
    throw new Error(`Prometheus did not start:\n${log}`, { cause });
  });
  const get = async <Data>(path: string) => {
    const response = await fetch(`http://${address}/api/v1/${path}`);
    return ((await response.json()) as { readonly data: Data }).data;
  };
  return {
    async rules() {
      const { groups } = await get<{ groups: { rules: Rule[] }[] }>('rules');
      return groups.flatMap(({ rules }) => rules);
    },
    async targets() {
      type Targets = { activeTargets: { health: string; lastError: string }[] };
      return (await get<Targets>('targets')).activeTargets;
    },
    async firing() {
      type Alerts = { alerts: { state: string; labels: { alertname: string } }[] };
      const firing = (await get<Alerts>('alerts')).alerts.filter(({ state }) => state === 'firing');
      return firing.map(({ labels }) => labels.alertname).sort();
    },
  };
}

async function ready(url: string, ended: () => boolean): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT;
  while (performance.now() < deadline && !ended()) {
    const answered = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(ended() ? 'it ended' : `not within ${START_TIMEOUT} ms`);
}

/** The configuration of the project with another target and shorter intervals. */
function configurationFor(target: string): string {
  const config = parse(readMonitoringFile('prometheus.yml')) as {
    readonly global: Readonly<Record<string, string>>;
    readonly scrape_configs: readonly Readonly<Record<string, unknown>>[];
  };
  return stringify({
    ...config,
    global: Object.fromEntries(
      Object.entries(config.global).map(([name, value]) => [name, faster(value)]),
    ),
    scrape_configs: config.scrape_configs.map((job) => ({
      ...job,
      static_configs: [{ targets: [target] }],
    })),
  });
}

/** The rules of the project with shorter `for`; the expressions are unchanged. */
function fasterRules(): string {
  const file = parse(readMonitoringFile('alerts.yml')) as {
    readonly groups: readonly { readonly rules: readonly { readonly for?: string }[] }[];
  };
  return stringify({
    groups: file.groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) =>
        rule.for === undefined ? rule : { ...rule, for: faster(rule.for) },
      ),
    })),
  });
}

function faster(duration: string): string {
  const [, amount = '', unit = ''] = /^(\d+)([smh])$/.exec(duration) ?? [];
  const factor = UNITS[unit];
  if (factor === undefined) throw new Error(`not a duration: ${duration}`);
  return `${Math.round((Number(amount) * factor) / FASTER)}ms`;
}
