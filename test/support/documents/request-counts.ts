const LINE = /^api_requests_total\{endpoint="([^"]+)",method="(\w+)",status="(\d+)"\} (\d+)$/gm;

export interface Asked {
  /** `GET /health/live`, as in the OpenAPI document. */
  readonly operation: string;
  readonly status: number;
  readonly times: number;
}

/** The requests that a service has counted so far, without this one. */
export async function readAsked(url: string): Promise<readonly Asked[]> {
  const response = await fetch(`${url}/api/v1/system/metrics`);
  const text = await response.text();
  return [...text.matchAll(LINE)].map(([, endpoint, method, status, times]) => ({
    operation: `${method} ${endpoint}`,
    status: Number(status),
    times: Number(times),
  }));
}

/** The requests between two counts, without the request for the first count. */
export function askedBetween(before: readonly Asked[], after: readonly Asked[]): readonly Asked[] {
  return after.flatMap((now) => {
    const then = before.find(
      ({ operation, status }) => operation === now.operation && status === now.status,
    );
    const own = now.operation === 'GET /api/v1/system/metrics' ? 1 : 0;
    const times = now.times - (then?.times ?? 0) - own;
    return times > 0 ? [{ ...now, times }] : [];
  });
}

/** Every operation in the OpenAPI document of the service. */
export async function operationsOf(url: string, token: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/openapi.json`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}
