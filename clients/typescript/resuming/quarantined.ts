import type { PersistenceClient } from '../client.js';
import { eachQuarantined } from '../lists.js';
import type { Schemas } from '../operations.js';
import type { CallOptions } from '../transport/transport.js';
import { isTaskOf } from './rules.js';

/** The tasks of a session that the store refused. The service has no list of a session: all pages. */
export async function quarantinedOf(
  client: PersistenceClient,
  session_id: string,
  options: CallOptions,
): Promise<readonly Schemas['QuarantinedRecord'][]> {
  const found: Schemas['QuarantinedRecord'][] = [];
  for await (const record of eachQuarantined(client, undefined, options)) {
    if (isTaskOf(session_id, record)) found.push(record);
  }
  return found;
}
