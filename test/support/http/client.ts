import { BASE } from './http-app.js';

export interface BufferHealth {
  readonly pending: number;
  readonly accepted: number;
  readonly stored: number;
  readonly coalesced: number;
  readonly quarantined: number;
  readonly total_count: number;
}

/** A client of a service in another process. */
export class TestClient {
  constructor(private readonly url: string) {}

  post(path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.url}${BASE}/${path}`, {
      method: 'POST',
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  }

  get(path: string): Promise<Response> {
    return fetch(`${this.url}${BASE}/${path}`);
  }

  async total(path: string): Promise<number> {
    const response = await this.get(path);
    return ((await response.json()) as { total: number }).total;
  }

  async health(): Promise<{ status: string; problems: string[]; buffer: BufferHealth }> {
    const response = await fetch(`${this.url}/health`);
    return (await response.json()) as { status: string; problems: string[]; buffer: BufferHealth };
  }

  /** Polls until a condition holds; throws after `timeoutMs`. */
  async until(what: string, holds: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
