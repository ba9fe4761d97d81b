import type { JsonRecord } from './read-lines.js';

const BASE = '/api/v1/translation';
const LONGEST_PAUSE = 5;

/** Talks to a service as a patient backend does: what is not answered, or refused for now, is sent again. */
export class ServiceClient {
  /** Of answered requests, milliseconds. */
  readonly latencies: number[] = [];
  #retries = 0;

  constructor(
    private readonly url: string,
    /** Seconds to go on trying one request. */
    private readonly patience: number,
    private readonly apiKey: string | undefined,
  ) {}

  get retries(): number {
    return this.#retries;
  }

  post(path: string, body: unknown): Promise<JsonRecord> {
    return this.#send(path, {
      method: 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  get(path: string): Promise<JsonRecord> {
    return this.#send(path, {});
  }

  async #send(path: string, init: RequestInit): Promise<JsonRecord> {
    const end = performance.now() + this.patience * 1000;
    for (;;) {
      const { answer, wait, problem } = await this.#attempt(path, init);
      if (answer !== null) return answer;
      if (performance.now() + wait * 1000 > end) {
        throw new Error(`${this.url}${BASE}${path}: ${problem}; gave up after ${this.patience} s`);
      }
      this.#retries += 1;
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    }
  }

  async #attempt(path: string, init: RequestInit) {
    const begun = performance.now();
    let response: Response;
    try {
      response = await fetch(`${this.url}${BASE}${path}`, {
        ...init,
        headers: {
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(this.apiKey === undefined ? {} : { authorization: `Bearer ${this.apiKey}` }),
        },
      });
      if (response.ok) {
        const answer = (await response.json()) as JsonRecord;
        this.latencies.push(performance.now() - begun);
        return { answer, wait: 0, problem: '' };
      }
    } catch (error) {
      const cause =
        error instanceof Error && error.cause instanceof Error
          ? error.cause.message
          : String(error);
      return { answer: null, wait: 0.5, problem: `no answer (${cause})` };
    }
    const problem = `${response.status} ${(await response.text()).slice(0, 500)}`;
    if (response.status !== 503 && response.status !== 429) throw new Error(`${path}: ${problem}`);
    const wait = Math.min(LONGEST_PAUSE, Number(response.headers.get('retry-after') ?? 1));
    return { answer: null, wait, problem };
  }
}
