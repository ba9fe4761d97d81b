import type { components } from './schema';

/** The service refused a request, or failed at it, and says why. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly requestId: string;

  constructor({ status, error_code, request_id, detail }: components['schemas']['Problem']) {
    super(detail);
    this.status = status;
    this.code = error_code;
    this.requestId = request_id;
  }
}

/** No answer of the service: it is away, or the network or a proxy before it is. */
export class ServiceGone extends Error {
  override readonly name = 'ServiceGone';
}

/** Turns what is no success into one of the two errors. */
export function problemOf(body: unknown, status: number): ApiProblem | ServiceGone {
  if (typeof body === 'object' && body !== null && 'error_code' in body) {
    return new ApiProblem(body as components['schemas']['Problem']);
  }
  return new ServiceGone(`HTTP ${status}`);
}
