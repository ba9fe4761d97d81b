import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseCompose } from './compose-schema.js';
import { PROJECT } from './deployed.js';
import { readServiceEnvironment } from './service-environment.js';

const FOLDER = join(PROJECT, 'deployment', 'cluster');

interface Container {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly hostname?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly healthcheck?: unknown;
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly ulimits?: Readonly<Record<string, number>>;
}
interface Cluster {
  readonly services: Readonly<Record<string, Container>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, null>>;
}
type Named = readonly [name: string, container: Container];

export const readCluster = (text: string): Cluster => parseCompose(text) as Cluster;

/** The containers of the service, and the nodes of the database. */
export function partsOf(cluster: Cluster) {
  const all: readonly Named[] = Object.entries(cluster.services);
  const of = (image: string) => all.filter(([, one]) => one.image.startsWith(`${image}:`));
  return { all, instances: of('persistence-service'), nodes: of('mariadb'), proxies: of('nginx') };
}

/** What is wrong in the Compose file of a cluster; empty if nothing. */
export function clusterFaults(text: string, image: string): readonly string[] {
  const cluster = readCluster(text);
  const { all, instances, nodes, proxies } = partsOf(cluster);
  return [
    ...(instances.length === 2 ? [] : ['there are not two instances']),
    ...(nodes.length === 3 ? [] : ['there are not three nodes']),
    ...(proxies.length === 1 ? [] : ['there is not one nginx']),
    ...all.flatMap(confinementFaults),
    ...all.flatMap((one) => sourceFaults(one, cluster)),
    ...instances.flatMap((one) => instanceFaults(one, nodes, image)),
    ...nodeFaults(nodes, instances),
    ...networkFaults(cluster, proxies),
  ];
}

function confinementFaults([name, container]: Named) {
  const { image, build, ports = [], healthcheck } = container;
  const demanded = [
    // The image of the service has its own.
    [healthcheck !== undefined || build !== undefined, 'has no health check'],
    [/:\d+\.\d+\.\d+$/.test(image), `has the image ${image}, whose version is not exact`],
    [container.restart === 'unless-stopped', 'is not started again'],
    [container.cap_drop?.includes('ALL') && container.cap_add === undefined, 'has capabilities'],
    [container.security_opt?.includes('no-new-privileges:true'), 'may gain privileges'],
    [/^\d+[mg]$/.test(container.mem_limit ?? ''), 'has no memory limit'],
    [container.ulimits?.core === 0, 'writes core dumps'],
    [ports.every((port) => /^127\.0\.0\.1:\d+:\d+$/.test(port)), 'opens a port to others'],
  ] as const;
  return demanded.filter(([holds]) => !holds).map(([, fault]) => `${name} ${fault}`);
}

/** The files, volumes and secrets that a container mounts are there. */
function sourceFaults([name, { volumes = [], secrets = [], build }]: Named, cluster: Cluster) {
  const sources = volumes.map((one) => one.split(':')[0] ?? '');
  const there = (source: string) =>
    source.startsWith('.') ? existsSync(join(FOLDER, source)) : source in cluster.volumes;
  const missing = [
    ...sources.filter((source) => !there(source)),
    ...secrets.filter((secret) => !(secret in cluster.secrets)),
  ];
  if (build !== undefined && !existsSync(join(FOLDER, build.context, build.dockerfile))) {
    missing.push(build.dockerfile);
  }
  return missing.map((one) => `${name} uses ${one}, which is not there`);
}

function instanceFaults([name, container]: Named, nodes: readonly Named[], image: string) {
  const { environment = {}, secrets = [], volumes = [], stop_grace_period = '' } = container;
  const { config, faults } = readServiceEnvironment(environment);
  const hosts = JSON.parse(environment.DATABASE_HOSTS ?? '[]') as readonly string[];
  const mounted = secrets.map((secret) => `/run/secrets/${secret}`);
  const files = Object.entries(environment).filter(([variable]) => variable.endsWith('_FILE'));
  const missing = files.filter(([, file]) => !mounted.includes(file));
  const [, node] = nodes[0] ?? [];
  const { database, service, buffer, storage } = config ?? {};
  const demanded = [
    [container.image === image, `is of ${container.image}, not ${image}`],
    [missing.length === 0, `names ${missing.map(([, file]) => file)}, which is not mounted`],
    [buffer?.durability === 'stored' && volumes.length === 0, 'keeps something on this machine'],
    [storage?.backend === 'mysql', 'is not on the cluster'],
    [
      `${hosts}` === `${nodes.map(([one]) => `${one}:3306`)}`,
      `has the hosts ${hosts}, which are not the nodes`,
    ],
    [
      database?.user === node?.environment?.MARIADB_USER &&
        database?.database === node?.environment?.MARIADB_DATABASE,
      'uses another user or database than the nodes create',
    ],
    [
      Number(/^(\d+)s$/.exec(stop_grace_period)?.[1]) > (service?.shutdown_timeout ?? 0),
      'is killed before it has stopped',
    ],
  ] as const;
  return [...faults, ...demanded.filter(([holds]) => !holds).map(([, fault]) => fault)].map(
    (fault) => `${name}: ${fault}`,
  );
}

/** Nodes differ only in their names and volumes, and have the same password as the instances. */
function nodeFaults(nodes: readonly Named[], instances: readonly Named[]) {
  const folders = nodes.flatMap(([, { volumes = [] }]) =>
    volumes.filter((one) => one.endsWith(':/var/lib/mysql')),
  );
  const password = instances[0]?.[1].environment?.DATABASE_PASSWORD_FILE;
  const demanded = [
    [new Set(folders).size === nodes.length, 'the nodes do not have a volume each'],
    [nodes.every(([name, { hostname }]) => name === hostname), 'a node has another host name'],
    [
      nodes.every(([, { environment }]) => environment?.MARIADB_PASSWORD_FILE === password),
      'the nodes and the instances have different passwords',
    ],
    [
      nodes.every(([, { environment = {} }]) =>
        Object.keys(environment).every((name) => !/PASSWORD$/.test(name)),
      ),
      'a password is in the file',
    ],
  ] as const;
  return demanded.filter(([holds]) => !holds).map(([, fault]) => fault);
}

/** Only nginx is reached from outside, and the nodes only by the instances. */
function networkFaults({ services, networks }: Cluster, proxies: readonly Named[]) {
  const open = Object.entries(services).filter(([, { ports }]) => ports !== undefined);
  const [, proxy] = proxies[0] ?? [];
  const shared = Object.entries(services).filter(
    ([, one]) =>
      one.image.startsWith('mariadb:') &&
      one.networks?.some((name) => networks[name]?.internal !== true),
  );
  return [
    ...open
      .filter(([, one]) => one !== proxy)
      .map(([name]) => `${name} publishes a port; only nginx may`),
    ...shared.map(([name]) => `${name} is in a network that leads outside`),
  ];
}
