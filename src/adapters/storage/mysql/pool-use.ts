import type { Pool } from 'mysql2/promise';
import type { ConnectionUse } from '../../../ports/storage-backend.js';

/**
 * Internal queues of a mysql2 pool, which has no public access to them. Counting its events instead
 * would miss connections that are destroyed. A test against a real server fails if these are
 * renamed.
 */
interface PoolQueues {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
}

export function useOf(pool: Pool): ConnectionUse {
  const { config } = pool.pool;
  const { _allConnections, _freeConnections, _connectionQueue } =
    pool.pool as unknown as PoolQueues;
  return {
    inUse: _allConnections.length - _freeConnections.length,
    idle: _freeConnections.length,
    limit: config.connectionLimit ?? 0,
    waiting: _connectionQueue.length,
  };
}
