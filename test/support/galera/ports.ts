import { freePort } from '../processes/free-port.js';

/** Of one node: for clients, for the group, and for the two kinds of state transfer. */
export interface NodePorts {
  readonly client: number;
  readonly group: number;
  readonly incremental: number;
  readonly snapshot: number;
}

export async function nodePorts(): Promise<NodePorts> {
  const [client, group, incremental, snapshot] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  return { client, group, incremental, snapshot };
}
