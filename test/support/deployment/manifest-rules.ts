import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../../src/adapters/config/schema.js';
import { PROJECT } from './deployed.js';
import type { Labels, Manifest, PodContainer, PodTemplate } from './manifests.js';
import { readServiceEnvironment } from './service-environment.js';

const GIB = 1024 ** 3;
/** The journal may grow to so many times buffer.max_pending_bytes. */
const JOURNAL_SHARE = 8;
const HOME = '/app';

const read = (name: string) => readFileSync(join(PROJECT, name), 'utf8');
const ROUTES = Object.keys(
  (JSON.parse(read('docs/openapi.json')) as { paths: Record<string, unknown> }).paths,
);
const { version } = JSON.parse(read('package.json')) as { version: string };
/** Named by docs/clusters.md, which a test checks. */
export const IMAGE = `persistence-service:${version}`;

/** What is wrong in the manifests of one way to run the service; empty if nothing. */
export function ruleFaults(manifests: readonly Manifest[]): readonly string[] {
  const workloads = manifests.filter(({ spec }) => spec?.template !== undefined);
  const [workload] = workloads;
  const template = workload?.spec?.template;
  const [container] = template?.spec.containers ?? [];
  if (workloads.length !== 1 || workload === undefined) return ['there is not one workload'];
  if (template === undefined || container === undefined) return ['there is no container'];
  const variables = variablesOf(manifests, container);
  const { config, faults } = readServiceEnvironment(variables);
  return [
    ...faults,
    ...probeFaults(container),
    ...selectorFaults(manifests, template),
    ...portFaults(manifests, container),
    ...secretFaults(manifests, template, variables),
    ...confinementFaults(template, container),
    ...(container.image === IMAGE ? [] : [`the image is ${container.image}, not ${IMAGE}`]),
    ...(config === null ? [] : settingFaults(config, workload, template, container)),
  ];
}

function variablesOf(manifests: readonly Manifest[], { envFrom, env = [] }: PodContainer) {
  const maps = envFrom.map(({ configMapRef: { name } }) => {
    return manifests.find((one) => one.kind === 'ConfigMap' && one.metadata.name === name)?.data;
  });
  return Object.assign(
    {},
    ...maps,
    ...env.map(({ name, value }) => ({ [name]: value })),
  ) as Readonly<Record<string, string>>;
}

function probeFaults({ startupProbe, readinessProbe, livenessProbe }: PodContainer) {
  const expected = [
    ['startupProbe', startupProbe, '/health/live'],
    ['readinessProbe', readinessProbe, '/health/ready'],
    // An outage of the store must not restart the instances.
    ['livenessProbe', livenessProbe, '/health/live'],
  ] as const;
  return expected.flatMap(([name, { httpGet }, path]) => [
    ...(ROUTES.includes(httpGet.path) ? [] : [`${name}: ${httpGet.path} is no route`]),
    ...(httpGet.path === path ? [] : [`${name}: asks ${httpGet.path} instead of ${path}`]),
    ...(httpGet.port === 'http' ? [] : [`${name}: asks port ${httpGet.port}`]),
  ]);
}

/** Everything that selects Pods selects these, and a drain of nodes can take one of them. */
function selectorFaults(manifests: readonly Manifest[], template: PodTemplate) {
  const { labels } = template.metadata;
  const selectors = [
    ...manifests.flatMap(({ kind, spec }) => {
      const selector = spec?.selector as Labels | { matchLabels: Labels } | undefined;
      if (selector === undefined) return [];
      return [[kind, kind === 'Service' ? selector : selector.matchLabels] as const];
    }),
    ...template.spec.topologySpreadConstraints.map(
      ({ labelSelector }) => ['topologySpreadConstraints', labelSelector.matchLabels] as const,
    ),
  ];
  const wrong = selectors.filter(
    ([, selector]) =>
      typeof selector !== 'object' ||
      Object.entries(selector).some(([name, value]) => labels[name] !== value),
  );
  const budget = manifests.find(({ kind }) => kind === 'PodDisruptionBudget');
  return [
    ...wrong.map(([kind]) => `the selector of ${kind} does not match the Pods`),
    ...(budget?.spec?.maxUnavailable === 1 ? [] : ['the PodDisruptionBudget does not permit one']),
  ];
}

function portFaults(manifests: readonly Manifest[], { ports }: PodContainer) {
  const names = ports.map(({ name }) => name);
  const services = manifests.filter(({ kind }) => kind === 'Service');
  const wrong = services.filter(({ spec }) =>
    spec?.ports?.some(({ targetPort }) => !names.includes(targetPort)),
  );
  return wrong.map(({ metadata }) => `the Service ${metadata.name} names no port of the Pods`);
}

/** Each file that a variable names is in the mounted secret, and no value is in a manifest. */
function secretFaults(
  manifests: readonly Manifest[],
  { spec }: PodTemplate,
  variables: Readonly<Record<string, string>>,
) {
  const [container] = spec.containers;
  const mounts = spec.volumes.flatMap(({ name, secret }) => {
    const mount = container?.volumeMounts.find((one) => one.name === name);
    return secret === undefined || mount === undefined ? [] : [{ mount, secret }];
  });
  const files = mounts.flatMap(({ mount, secret }) => {
    const named = manifests.find(
      ({ kind, metadata }) => kind === 'Secret' && metadata.name === secret.secretName,
    );
    return Object.keys(named?.stringData ?? {}).map((key) => `${mount.mountPath}/${key}`);
  });
  const missing = Object.entries(variables).filter(
    ([name, file]) => name.endsWith('_FILE') && !files.includes(file),
  );
  const values = manifests.flatMap(({ stringData = {}, kind, data = {} }) =>
    Object.entries(kind === 'Secret' ? { ...stringData, ...data } : stringData).filter(
      ([, value]) => !['', '[]'].includes(value),
    ),
  );
  return [
    ...missing.map(([name, file]) => `${name}: ${file} is in no secret`),
    ...values.map(([key]) => `the secret ${key} has a value`),
    ...mounts.flatMap(({ secret: { secretName, defaultMode } }) =>
      (defaultMode & 0o022) === 0 ? [] : [`the files of ${secretName} are writable by others`],
    ),
  ];
}

function confinementFaults({ spec }: PodTemplate, { securityContext }: PodContainer) {
  const { runAsNonRoot, runAsUser } = spec.securityContext;
  const demanded = [
    [runAsNonRoot && runAsUser > 0, 'the container may run as root'],
    [securityContext.readOnlyRootFilesystem, 'the root file system is writable'],
    [!securityContext.allowPrivilegeEscalation, 'the container may gain privileges'],
    [securityContext.capabilities.drop.includes('ALL'), 'the container keeps capabilities'],
    [!spec.enableServiceLinks, 'variables of Services may be taken for keys'],
  ] as const;
  return demanded.filter(([holds]) => !holds).map(([, fault]) => fault);
}

function settingFaults(
  { service, buffer }: Config,
  { kind, spec }: Manifest,
  template: PodTemplate,
  { ports, lifecycle, resources, volumeMounts }: PodContainer,
) {
  const [, pause = '0'] = lifecycle.preStop.exec.command;
  const needed = Number(pause) + service.shutdown_timeout;
  const given = template.spec.terminationGracePeriodSeconds;
  const memory = 2 * (buffer.max_pending_bytes + 4 * service.body_limit);
  const claims = spec?.volumeClaimTemplates ?? [];
  const journal = join(HOME, buffer.journal_path);
  const claim = claims.find(({ metadata: { name } }) =>
    volumeMounts.some((one) => one.name === name && journal.startsWith(`${one.mountPath}/`)),
  );
  const demanded = [
    [given > needed, `the Pod has ${given} s to end, and needs more than ${needed}`],
    [ports.every(({ containerPort }) => containerPort === service.port), 'another port is named'],
    [gibibytes(resources.limits.memory) * GIB > memory, 'the memory is not enough'],
    [
      buffer.durability === (kind === 'StatefulSet' ? 'journal' : 'stored'),
      `a ${kind} with buffer.durability ${buffer.durability}`,
    ],
    [kind !== 'StatefulSet' || claim !== undefined, 'the journal is in no volume of the Pod'],
    [
      claim === undefined ||
        gibibytes(claim.spec.resources.requests.storage) * GIB >
          JOURNAL_SHARE * buffer.max_pending_bytes,
      'the volume of the journal is too small',
    ],
  ] as const;
  return demanded.filter(([holds]) => !holds).map(([, fault]) => fault);
}

function gibibytes(quantity = ''): number {
  return Number(/^(\d+)Gi$/.exec(quantity)?.[1]);
}
