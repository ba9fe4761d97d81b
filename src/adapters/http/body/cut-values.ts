import { CONTAINER_UNITS, VALUE_UNITS } from './pace.js';

/** A text of a record with more bytes is parsed separately. */
const LONG_TEXT = 64 * 1024;

/**
 * Largest number of bytes of a value that are parsed: 1 MiB with each character escaped, and its
 * quotes.
 */
const MOST_ESCAPED = 6 * 1024 * 1024 + 2;

const COLON = 0x3a;
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** A value of a record that is parsed separately: JSON, or a long text. Bytes `from` to `until`. */
export interface CutValue {
  readonly from: number;
  readonly until: number;
  readonly kind: 'json' | 'text';
  /** The cost of parsing and checking it, in the units of pace.ts. */
  readonly units: number;
}

interface Counts {
  readonly containers: number;
  readonly values: number;
}

/**
 * Whether the value exceeds the limit of every text and JSON field; then it is refused without
 * parsing.
 */
export function isTooLong(from: number, until: number): boolean {
  return until - from > MOST_ESCAPED;
}

/** Collects the values to cut out of the records of a slice. */
export class CutValues {
  #cut: CutValue[] = [];
  #from = 0;
  #counts: Counts = { containers: 0, values: 0 };

  constructor(private readonly bytes: Uint8Array) {}

  textBegins(at: number): void {
    this.#from = at;
  }

  textEnds(until: number): void {
    const from = this.#from;
    if (until - from <= LONG_TEXT || !this.#followsColon(from)) return;
    this.#cut.push({ from, until, kind: 'text', units: Math.min(until - from, MOST_ESCAPED) });
  }

  jsonBegins(at: number, counts: Counts): void {
    this.#from = at;
    this.#counts = counts;
  }

  jsonEnds(until: number, { containers, values }: Counts): void {
    const from = this.#from;
    const units =
      until -
      from +
      (containers - this.#counts.containers) * CONTAINER_UNITS +
      (values - this.#counts.values) * VALUE_UNITS;
    this.#cut.push({ from, until, kind: 'json', units: isTooLong(from, until) ? 0 : units });
  }

  /** Bytes of the values that begin at `start` or later. */
  bytesSince(start: number): number {
    let bytes = 0;
    for (let index = this.#cut.length - 1; index >= 0; index -= 1) {
      const { from, until } = this.#cut[index] as CutValue;
      if (from < start) break;
      bytes += until - from;
    }
    return bytes;
  }

  /** Takes the values of the slice that has ended. */
  take(): readonly CutValue[] {
    const cut = this.#cut;
    this.#cut = [];
    return cut;
  }

  /** A long name stays in place: no field has one. */
  #followsColon(quote: number): boolean {
    let at = quote - 1;
    while (at >= 0 && SPACES.has(this.bytes[at] as number)) at -= 1;
    return this.bytes[at] === COLON;
  }
}
