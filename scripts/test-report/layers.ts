import { relative, sep } from 'node:path';

const KINDS = ['statements', 'branches', 'functions', 'lines'] as const;

export type Kind = (typeof KINDS)[number];

interface Share {
  readonly total: number;
  readonly covered: number;
}

export type Coverage = Readonly<Record<Kind, Share>>;

/** Istanbul's `coverage-summary.json`: coverage by path of the file, and `total`. */
export type CoverageSummary = Readonly<Record<string, Coverage>>;

/**
 * Coverage by layer: `domain`, `application`, each adapter, and the code that starts the service.
 * Ports have no statements and are omitted.
 */
export function coverageByLayer(
  summary: CoverageSummary,
  root: string,
): ReadonlyMap<string, Coverage> {
  const byLayer = new Map<string, Coverage>();
  const files = Object.entries(summary).filter(([path]) => path !== 'total');
  for (const [path, coverage] of files) {
    if (coverage.statements.total === 0) continue;
    const layer = layerOf(relative(root, path).split(sep));
    const sum = byLayer.get(layer);
    byLayer.set(layer, sum === undefined ? coverage : add(sum, coverage));
  }
  return new Map([...byLayer].sort(([one], [other]) => orderOf(one) - orderOf(other)));
}

/**
 * Percent with one decimal, rounded down, so that 100 means all; null if there is nothing to cover.
 */
export function percent({ total, covered }: Share): number | null {
  return total === 0 ? null : Math.floor((covered / total) * 1000) / 10;
}

const ORDER = ['domain', 'application', 'adapters/', 'start and command line'];

function orderOf(layer: string): number {
  return ORDER.findIndex((name) => layer.startsWith(name));
}

function layerOf([, layer = '', adapter = '', file]: readonly string[]): string {
  if (layer === 'adapters' && file !== undefined) return `adapters/${adapter}`;
  return ORDER.includes(layer) ? layer : 'start and command line';
}

function add(one: Coverage, other: Coverage): Coverage {
  const share = (kind: Kind): Share => ({
    total: one[kind].total + other[kind].total,
    covered: one[kind].covered + other[kind].covered,
  });
  return {
    statements: share('statements'),
    branches: share('branches'),
    functions: share('functions'),
    lines: share('lines'),
  };
}
