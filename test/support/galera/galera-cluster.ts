import { chownSync, mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../mysql-servers/command.js';
import { Guardian } from '../mysql-servers/guardian.js';
import { ServerNotAvailable, START_TIMEOUT_MS } from '../mysql-servers/private-server.js';
import { GaleraNode } from './galera-node.js';
import { findGalera, type GaleraPrograms } from './galera-programs.js';
import { type NodeSettings, pathsOf } from './node-arguments.js';
import { nodePorts } from './ports.js';

const SIZE = 3;
/** A port may be taken between the choice and the start. */
const ATTEMPTS = 3;
const COMPLETE_TIMEOUT_MS = 60_000;

/** The nodes of a cluster, in whichever process started them. */
export class GaleraNodes {
  constructor(readonly nodes: readonly GaleraNode[]) {}

  static of(settings: readonly NodeSettings[]): GaleraNodes {
    return new GaleraNodes(settings.map((node) => new GaleraNode(node)));
  }

  node(index: number): GaleraNode {
    const found = this.nodes[index];
    if (found === undefined) throw new Error(`the cluster has no node ${index}`);
    return found;
  }

  urlOf(index: number, database: string): string {
    return this.node(index).urlOf(database);
  }

  /** Waits until every node is synced and sees all the others; throws after a minute. */
  async complete(): Promise<void> {
    const deadline = performance.now() + COMPLETE_TIMEOUT_MS;
    for (;;) {
      for (const node of this.nodes) await node.synced();
      const all = await Promise.all(this.nodes.map((node) => node.status()));
      if (all.every((status) => status?.size === this.nodes.length)) return;
      if (performance.now() > deadline) {
        throw new Error(`the nodes do not see one another: ${JSON.stringify(all)}`);
      }
      await sleep(100);
    }
  }

  /**
   * Starts every node that is down, and resumes every paused one, whatever a test has left. If all
   * are down, the node with the last write starts the group.
   */
  async start(): Promise<void> {
    const isDown = ({ pid }: GaleraNode) => pid === 0;
    for (const node of this.nodes) if (!isDown(node)) node.resume();
    if (this.nodes.every(isDown)) {
      const last: { node: GaleraNode; write: number }[] = [];
      for (const node of this.nodes) last.push({ node, write: await node.lastWrite() });
      last.sort((a, b) => b.write - a.write);
      await last[0]?.node.bootstrap();
    }
    // One after the other: each takes its state from another one. A node that runs may lack the
    // others, so it is not waited for until they run.
    for (const node of this.nodes) if (isDown(node)) await node.start();
    await this.complete();
  }
}

/** A cluster of its own, which does not outlive the process that started it. */
export class GaleraCluster extends GaleraNodes {
  constructor(
    nodes: readonly GaleraNode[],
    private readonly guardians: readonly Guardian[],
  ) {
    super(nodes);
  }

  /** Kills the nodes and removes their folders. */
  async stop(): Promise<void> {
    await Promise.all(this.guardians.map((guardian) => guardian.release()));
  }
}

/**
 * Starts three nodes on loopback; takes about ten seconds. Throws ServerNotAvailable if a program
 * is missing, and another error for that under CI.
 */
export async function startGaleraCluster(): Promise<GaleraCluster> {
  const programs = findGalera();
  if (typeof programs === 'string') {
    throw process.env.CI ? new Error(programs) : new ServerNotAvailable(programs);
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startWith(programs);
    } catch (error) {
      const taken =
        error instanceof Error && /address already in use|has been taken/i.test(error.message);
      if (!taken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startWith(programs: GaleraPrograms): Promise<GaleraCluster> {
  const guardians = Array.from({ length: SIZE }, () => Guardian.create('ps-test-galera-'));
  const ports = await Promise.all(guardians.map(nodePorts));
  const group = ports.map((of) => `127.0.0.1:${of.group}`);
  const nodes = guardians.map(({ folder }, index) => {
    const own = ports[index];
    if (own === undefined) throw new Error(`no ports for node ${index}`);
    return new GaleraNode({ name: `node-${index}`, folder, ports: own, group, programs });
  });
  const cluster = new GaleraCluster(nodes, guardians);
  try {
    for (const { settings } of nodes) makeFolders(settings);
    await installData(cluster.node(0).settings);
    await cluster.node(0).start({ bootstrap: true });
    // The data of the others comes from the first one.
    await cluster.start();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

function makeFolders(settings: NodeSettings): void {
  const { data, temporary } = pathsOf(settings);
  const { user } = settings.programs;
  for (const folder of [data, temporary]) mkdirSync(folder);
  for (const folder of [settings.folder, data, temporary]) {
    if (user !== null) chownSync(folder, user.uid, user.gid);
  }
}

async function installData(settings: NodeSettings): Promise<void> {
  const { install, user } = settings.programs;
  const { code, stdout, stderr } = await runCommand(
    [
      install,
      '--no-defaults',
      // "For packagers": does not change the owner of the system's PAM helper.
      '--rpm',
      `--datadir=${pathsOf(settings).data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
      ...(user === null ? [] : [`--user=${user.name}`]),
    ],
    { timeoutMs: START_TIMEOUT_MS },
  );
  if (code !== 0) throw new Error(`${install} ended with ${code}:\n${stdout}${stderr}`);
}
