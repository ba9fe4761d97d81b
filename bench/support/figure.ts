/** A measured value and its target. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit:
    | 'of raw'
    | 'of plain'
    | 'of empty'
    | 'of the first design'
    | 'rows/s'
    | 'µs a task'
    | '% of a core'
    | 'ms'
    | 's'
    | 'MB'
    | 'requests';
  /** Absent for a figure that only explains another. */
  readonly target?: { readonly kind: 'at least' | 'at most'; readonly value: number };
  /** The day of its run, if that is not the newest one: `2026-11-24`. */
  readonly date?: string;
}

export function isMet({ value, target }: Figure): boolean {
  if (target === undefined) return true;
  return target.kind === 'at least' ? value >= target.value : value <= target.value;
}

export function atMost(name: string, value: number, unit: Figure['unit'], limit: number): Figure {
  return { name, value, unit, target: { kind: 'at most', value: limit } };
}

export function atLeast(name: string, value: number, unit: Figure['unit'], least: number): Figure {
  return { name, value, unit, target: { kind: 'at least', value: least } };
}

export function plain(name: string, value: number, unit: Figure['unit']): Figure {
  return { name, value, unit };
}
