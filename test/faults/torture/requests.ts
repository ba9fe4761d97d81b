export const BASE = '/api/v1/translation';
/** Timeout of every request, whatever was killed. Milliseconds. */
const PATIENCE = 60_000;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Sends one request. Null if the connection broke: then the request may or may not have had an
 * effect.
 */
export async function request(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer | null> {
  try {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  } catch (error) {
    // Thrown by `fetch` if a connection is refused or closed.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** The body of an answer that must be a success. */
export async function told<Body>(url: string, path: string, method = 'GET'): Promise<Body> {
  const answer = await request(url, method, path);
  if (answer === null) throw new Error(`${method} ${path}: the connection broke`);
  if (answer.status !== 200)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Body;
}
