import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/adapters/config/load-config.js';
import { PROJECT } from '../../support/deployment/deployed.js';

const FOLDER = join(PROJECT, 'deployment');

interface Container {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly stop_grace_period?: string;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly ulimits?: Readonly<Record<string, number>>;
}
interface Compose {
  readonly services: Readonly<Record<string, Container>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, null>>;
}
interface PrometheusConfig {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly authorization: { readonly credentials_file: string };
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
  }[];
}

const compose = parse(readFileSync(join(FOLDER, 'compose.yaml'), 'utf8')) as Compose;
const containers = Object.values(compose.services);
const service = compose.services['persistence-service'];

describe('compose.yaml', () => {
  it('mounts existing files, and declared volumes and secrets', () => {
    const sources = containers.flatMap(({ volumes = [] }) =>
      volumes.map((one) => one.split(':')[0] ?? ''),
    );
    const files = sources.filter((source) => source.startsWith('.'));
    expect(files).toHaveLength(5);
    expect(files.filter((file) => !existsSync(join(FOLDER, file)))).toEqual([]);
    const named = sources.filter((source) => !source.startsWith('.'));
    expect(named.sort()).toEqual(Object.keys(compose.volumes).sort());
    const secrets = containers.flatMap((one) => one.secrets ?? []);
    expect(new Set(secrets)).toEqual(new Set(Object.keys(compose.secrets)));
  });

  it('names an existing Dockerfile, declared services and available images', () => {
    const { context = '', dockerfile = '' } = service?.build ?? {};
    expect(existsSync(join(FOLDER, context, dockerfile))).toBe(true);
    for (const { image, depends_on = [] } of containers) {
      expect(image).toMatch(/^[a-z/-]+(:v?\d[\w.]*)?$/);
      for (const name of depends_on) expect(Object.keys(compose.services)).toContain(name);
    }
  });

  it('pins the version of each image that is not built here', () => {
    for (const { image, build } of containers) {
      if (build === undefined) expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
    }
  });

  it.each(Object.entries(compose.services))(
    'gives %s no privileges, no core dumps, and a memory limit',
    (name, container) => {
      expect(container.cap_drop).toEqual(['ALL']);
      // The start script of MySQL changes the owner of its folder, and switches to its user.
      expect(container.cap_add ?? []).toEqual(
        name === 'mysql' ? ['CHOWN', 'DAC_OVERRIDE', 'SETGID', 'SETUID'] : [],
      );
      expect(container.security_opt).toEqual(['no-new-privileges:true']);
      expect(container.mem_limit).toMatch(/^\d+[mg]$/);
      expect(container.ulimits?.core).toBe(0);
    },
  );

  it('opens ports on this machine only', () => {
    const ports = containers.flatMap((one) => one.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('configures the service with valid keys, and gives it longer to stop than it takes', () => {
    const { DATABASE_PASSWORD_FILE, AUTH_API_KEYS_FILE, ...variables } = service?.environment ?? {};
    expect([DATABASE_PASSWORD_FILE, AUTH_API_KEYS_FILE]).toEqual([
      '/run/secrets/database_password',
      '/run/secrets/api_keys',
    ]);
    const { config, warnings } = loadConfig({ flags: [], env: variables, cwd: FOLDER });
    expect(warnings).toEqual([]);
    const { database } = config;
    expect([database.host, config.storage.backend]).toEqual(['mysql', 'mysql']);
    const mysql = compose.services.mysql?.environment ?? {};
    expect([database.user, database.database]).toEqual([mysql.MYSQL_USER, mysql.MYSQL_DATABASE]);
    const grace = Number(/^(\d+)s$/.exec(service?.stop_grace_period ?? '')?.[1]);
    expect(grace).toBeGreaterThan(config.service.shutdown_timeout);
  });

  it('adapts the configuration of Prometheus to containers', () => {
    const script = compose.services.prometheus?.command?.[0] ?? '';
    const sed = /^sed [\s\S]*?(?= \\\n\s*\/etc\/)/.exec(script)?.[0] ?? 'false';
    const original = readFileSync(join(PROJECT, 'monitoring', 'prometheus.yml'));
    const turned = execFileSync('sh', ['-c', sed], { input: original, encoding: 'utf8' });
    const { rule_files, scrape_configs } = parse(turned) as PrometheusConfig;
    expect(rule_files).toEqual(['/etc/prometheus/alerts.yml']);
    expect(scrape_configs).toMatchObject([
      {
        authorization: { credentials_file: '/run/secrets/prometheus_key' },
        static_configs: [{ targets: ['persistence-service:8001'] }],
      },
    ]);
  });

  it('shows the dashboard of the project from the Prometheus of the project', () => {
    const read = (name: string) => parse(readFileSync(join(FOLDER, 'grafana', name), 'utf8'));
    expect(read('datasource.yml')).toMatchObject({
      datasources: [{ url: 'http://prometheus:9090' }],
    });
    const mounts = compose.services.grafana?.volumes?.map((one) => one.split(':')[1]) ?? [];
    const [provider] = (read('dashboards.yml') as { providers: { options: { path: string } }[] })
      .providers;
    expect(mounts.some((mount) => mount?.startsWith(`${provider?.options.path}/`))).toBe(true);
  });
});
