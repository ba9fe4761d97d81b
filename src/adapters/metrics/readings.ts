import { Counter, Gauge, type Registry } from 'prom-client';

/** A metric that is read when it is scraped, not counted. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

export function addGauges(registry: Registry, readings: readonly Reading[]): void {
  for (const { name, help, read } of readings) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
}

/** Adds totals that are counted elsewhere; they must never decrease. */
export function addCounters(registry: Registry, readings: readonly Reading[]): void {
  for (const { name, help, read } of readings) {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}
