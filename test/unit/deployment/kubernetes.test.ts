import { describe, expect, it } from 'vitest';
import { schemaFaults } from '../../support/deployment/kubernetes-schema.js';
import { ruleFaults } from '../../support/deployment/manifest-rules.js';
import { changed, manifestsIn, readDeployment } from '../../support/deployment/manifests.js';

const SECRET = readDeployment('kubernetes/secret.example.yaml');
const STORED = readDeployment('kubernetes/stored.yaml');
const JOURNAL = readDeployment('kubernetes/journal.yaml');
const FILES = { 'stored.yaml': STORED, 'journal.yaml': JOURNAL };

/** The faults in a file that is applied together with the secret. */
const faultsIn = (text: string, secret = SECRET) =>
  ruleFaults(manifestsIn(`${text}\n---\n${secret}`));

describe('the manifests of Kubernetes', () => {
  it('have the fields and values that Kubernetes knows', () => {
    const manifests = [...Object.values(FILES), SECRET].flatMap(manifestsIn);
    expect(manifests).toHaveLength(10);
    expect(schemaFaults(manifests)).toEqual([]);
  });

  it.each(Object.entries(FILES))('fit the service and one another: %s', (_, text) => {
    expect(faultsIn(text)).toEqual([]);
  });

  it.each([
    ['a misspelt field', 'readinessProbe:', 'readynessProbe:', /readynessProbe/],
    ['a misspelt field of a list', 'topologyKey: k', 'topologyKeys: k', /topologyKeys/],
    ['a missing field', /^ {2}selector:\n {4}matchLabels:\n.*\n.*\n {2}#/m, '  #', /selector/],
    ['a number instead of a text', "SHUTDOWN_TIMEOUT: '30'", 'SHUTDOWN_TIMEOUT: 30', /string/],
    ['a text instead of a number', 'replicas: 2', 'replicas: two', /number|integer/],
    ['an unknown value', 'type: RollingUpdate', 'type: Rolling', /Rolling/],
    ['an unknown kind', 'kind: Deployment', 'kind: Deploiment', /Deploiment/],
  ])('are refused by the schema with %s', (_, old, replacement, expected) => {
    const faults = schemaFaults(manifestsIn(changed(STORED, old, replacement)));
    expect(faults.join('\n')).toMatch(expected);
  });

  it.each([
    ['a misspelt variable', 'STORAGE_BACKEND:', 'STORAGE_BACKENDS:', /STORAGE_BACKENDS/],
    ['an unknown value', 'BUFFER_DURABILITY: stored', 'BUFFER_DURABILITY: safe', /durability/],
    ['a secret as a variable', 'DATABASE_PASSWORD_FILE: /', 'DATABASE_PASSWORD: /', /is a secret/],
    ['a probe of no route', 'path: /health/ready', 'path: /healthz', /no route/],
    [
      'a liveness probe that depends on the store',
      /livenessProbe:\n {12}httpGet: \{ path: \/health\/live/,
      'livenessProbe:\n            httpGet: { path: /health/ready',
      /livenessProbe: asks \/health\/ready/,
    ],
    ['too little time to end', 'GracePeriodSeconds: 60', 'GracePeriodSeconds: 40', /40 s to end/],
    ['a longer shutdown', "TIMEOUT: '30'", "TIMEOUT: '50'", /60 s to end/],
    [
      'a budget for other Pods',
      /(PodDisruptionBudget[\s\S]*?component: )stored/,
      '$1other',
      /selector of PodDisruptionBudget/,
    ],
    ['a budget that blocks a drain', 'maxUnavailable: 1', 'maxUnavailable: 0', /does not permit/],
    ['a Service for other Pods', /(kind: Service[\s\S]*?component: )stored/, '$1x', /of Service/],
    ['a port that is not there', 'targetPort: http', 'targetPort: https', /names no port/],
    ['another image', 'persistence-service:1.0.0', 'persistence-service:latest', /the image is/],
    ['root', 'runAsNonRoot: true', 'runAsNonRoot: false', /as root/],
    [
      'a writable root',
      'readOnlyRootFilesystem: true',
      'readOnlyRootFilesystem: false',
      /writable/,
    ],
    ['capabilities', 'drop: [ALL]', 'drop: [NET_RAW]', /keeps capabilities/],
    ['variables of Services', 'ServiceLinks: false', 'ServiceLinks: true', /variables of Services/],
    ['too little memory', 'memory: 2Gi', 'memory: 1Gi', /memory is not enough/],
    ['a secret that is not mounted', 'mountPath: /etc/p', 'mountPath: /run/p', /is in no secret/],
    ['writable secrets', 'defaultMode: 288', 'defaultMode: 438', /writable by others/],
    [
      'a journal in a Deployment',
      'BUFFER_DURABILITY: stored',
      'BUFFER_DURABILITY: journal',
      /a Dep/,
    ],
  ])('are refused by our rules with %s', (_, old, replacement, expected) => {
    expect(faultsIn(changed(STORED, old, replacement)).join('\n')).toMatch(expected);
  });

  it.each([
    ['without a volume', 'mountPath: /app/data', 'mountPath: /data', /in no volume/],
    ['in a small volume', 'storage: 8Gi', 'storage: 4Gi', /too small/],
    ['outside the volume', 'PATH: data/journal', 'PATH: /tmp/journal', /in no volume/],
    ['that is not used', 'DURABILITY: journal', 'DURABILITY: stored', /a StatefulSet with/],
  ])('are refused with a journal %s', (_, old, replacement, expected) => {
    expect(faultsIn(changed(JOURNAL, old, replacement)).join('\n')).toMatch(expected);
  });

  it('are refused with a value in the secret', () => {
    const filled = changed(SECRET, "database-password: ''", 'database-password: hunter2');
    expect(faultsIn(STORED, filled)).toEqual(['the secret database-password has a value']);
  });
});
