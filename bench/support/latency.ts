/**
 * Latencies of a group of requests, milliseconds; `errors` are answers other than 200 and broken
 * connections.
 */
export interface LatencySummary {
  readonly count: number;
  readonly errors: number;
  /** How many of the errors had each status; 0 is a broken connection. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Keeps every sample: the runs are short, and percentiles are exact. */
export class Latencies {
  readonly #samples: number[] = [];
  readonly #statuses = new Map<number, number>();

  add(milliseconds: number): void {
    this.#samples.push(milliseconds);
  }

  fail(status: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
  }

  summary(): LatencySummary {
    const sorted = Float64Array.from(this.#samples).sort();
    const at = (share: number) =>
      rounded(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
    return {
      count: sorted.length,
      errors: [...this.#statuses.values()].reduce((sum, count) => sum + count, 0),
      statuses: Object.fromEntries(this.#statuses),
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      max: at(1),
    };
  }
}

export function rounded(value: number, decimals = 1): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
