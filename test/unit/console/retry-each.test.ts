import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../clients/typescript/errors.js';
import { retryEach } from '../../../console/src/views/failures/retry-each.js';

const group = { message: 'Rate limit', sessions: ['a', 'b', 'c'] };

const problem = (status: number) =>
  new ApiError(
    { error_code: 'INTERNAL_ERROR', detail: 'a session' },
    { status, requestId: null, retryAfter: null },
  );

/** A service where each session has two failed tasks, except one that answers with a problem. */
function aService(broken: string, status: number) {
  const calls: string[] = [];
  return {
    calls,
    retrySession: async (id: string) => {
      if (id === broken) throw problem(status);
      calls.push(id);
      return { retried_tasks: 2 };
    },
    storeNow: async () => {
      calls.push('stored');
    },
  };
}

describe('the retry of a group of failures', () => {
  it('goes on after a session that was deleted meanwhile', async () => {
    const service = aService('b', 404);
    expect(await retryEach(group, service)).toBe(4);
    expect(service.calls).toEqual(['a', 'c', 'stored']);
  });

  it('stores what it retried before another failure, and throws that', async () => {
    const service = aService('b', 503);
    await expect(retryEach(group, service)).rejects.toThrow('503');
    expect(service.calls).toEqual(['a', 'stored']);
  });
});
