import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.js';
import { pathOf } from './debian-programs.js';
import { runNginx, substituted, USER_LINE } from './nginx-process.js';

const CONFIG = join(import.meta.dirname, '..', '..', '..', 'deployment', 'cluster', 'nginx.conf');
/** The first version that resolves the names of upstreams again while it runs. */
const RESOLVES = [1, 27, 3];

/**
 * nginx with the configuration of the cluster, in front of two ports of this machine; its URL. An
 * older nginx runs it without `resolve`.
 */
export async function aBalancer(ports: readonly [number, number]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ps-balancer-'));
  const own = await freePort();
  const [first, second] = ports;
  const text = substituted(CONFIG, [
    ['/tmp/', `${folder}/`],
    ['/dev/stderr', join(folder, 'error.log')],
    ['/dev/stdout', join(folder, 'access.log')],
    ['worker_processes auto;', `${USER_LINE} worker_processes 1;`],
    ['listen 8080;', `listen 127.0.0.1:${own};`],
    ['resolver 127.0.0.11 valid=5s ipv6=off;', ''],
    ['instance-1:8001', `127.0.0.1:${first}`],
    ['instance-2:8001', `127.0.0.1:${second}`],
    ...(canResolve() ? [] : ([[' resolve;', ';']] as const)),
  ]);
  writeFileSync(join(folder, 'nginx.conf'), text);
  const url = `http://127.0.0.1:${own}`;
  // A location that asks no instance.
  await runNginx(folder, `${url}/api/v1/system/metrics`);
  return url;
}

function canResolve(): boolean {
  const { stderr } = spawnSync(pathOf('nginx'), ['-v'], { encoding: 'utf8' });
  const version = /(\d+)\.(\d+)\.(\d+)/.exec(stderr)?.slice(1).map(Number) ?? [];
  const [part = 0] = RESOLVES.flatMap((wanted, index) => {
    const difference = (version[index] ?? 0) - wanted;
    return difference === 0 ? [] : [difference];
  });
  return part >= 0;
}
