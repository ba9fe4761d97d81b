import type { NodeSettings } from './node-arguments.js';

/** The cluster of a run, for its test files; without nodes if there is none, for this reason. */
export interface GaleraHarness {
  readonly nodes: readonly NodeSettings[];
  /** The port that a file holds while it uses the cluster: each breaks it. */
  readonly turn: number;
  readonly missing: string | null;
}

declare module 'vitest' {
  export interface ProvidedContext {
    galeraHarness: GaleraHarness;
  }
}
