import { type CutValue, CutValues } from './cut-values.js';

/**
 * Deepest nesting of a whole body. The JSON of a record has a lower limit, reported with its path.
 */
const MAX_DEPTH = 256;
/**
 * Largest number of values that follow a comma: in the whole body, in one record with everything in
 * it, and outside records. A batch of 10,000 tasks has two hundred thousand. A list that is only
 * twice too long is refused by its schema.
 */
const MAX_VALUES = 1_000_000;
const MAX_RECORD_VALUES = 50_000;
const MAX_OUTER_VALUES = 20_000;
/**
 * Largest number of objects and lists in one record, and in a body. Each takes a fifth of a
 * microsecond, and about 30 bytes during the scan.
 */
const MAX_RECORD_CONTAINERS = 10_000;
const MAX_CONTAINERS = 1_000_000;
/**
 * Largest number of bytes of a record without its JSON fields and its long texts: ten times what it
 * can need.
 */
const MAX_RECORD_BYTES = 2 * 1024 * 1024;

/** Bytes of records that are parsed without a pause: about half a millisecond. */
const SLICE_BYTES = 64 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [LIST, END_OF_LIST, OBJECT, END_OF_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Consecutive records of the list: bytes `from` to `until`, including the commas between them, and
 * the values in them that are parsed separately.
 */
export interface Slice {
  readonly from: number;
  readonly until: number;
  readonly cut: readonly CutValue[];
}

/**
 * Scans a body once before it is parsed, because parsing spends time and memory. The scan decides
 * whether the body is too costly to parse as JSON, and where a batch may be cut. The body may be
 * invalid JSON. The scan can run in parts; a megabyte takes about a millisecond.
 */
export class BodyScan {
  /** All objects and lists at the third level, in slices of about 64 KiB. */
  readonly slices: Slice[] = [];
  #at = 0;
  #depth = 0;
  #containers = 0;
  #values = 0;
  #outerValues = 0;
  /** Limits of `#values` and `#containers` at the end of the current record. */
  #mostValues = 0;
  #mostContainers = 0;
  #inString = false;
  /** Start of the slice that is being measured; -1: none. */
  #from = -1;
  #until = -1;
  /** The record that is being measured: its start, and what is cut out of it. */
  #record = 0;
  readonly #cut: CutValues;
  #problem: string | null = null;

  constructor(private readonly bytes: Uint8Array) {
    this.#cut = new CutValues(bytes);
  }

  /** Describes why the body is too costly; null if it is not. */
  get problem(): string | null {
    return this.#problem;
  }

  get ended(): boolean {
    return this.#problem !== null || this.#at >= this.bytes.length;
  }

  /** Whether the body ends inside an object, a list or a string; then it is not JSON. */
  get isCutOff(): boolean {
    return this.#inString || this.#depth > 0;
  }

  /** Scans the next `length` bytes. */
  advance(length: number): void {
    const { bytes } = this;
    const end = Math.min(bytes.length, this.#at + length);
    let at = this.#at;
    while (at < end && this.#problem === null) {
      if (this.#inString) {
        at = this.#restOfString(at, end);
        continue;
      }
      const found = bytes[at];
      if (found === QUOTE) {
        this.#inString = true;
        if (this.#depth === 3) this.#cut.textBegins(at);
      } else if (found === COMMA) this.#goesOn();
      else if (found === OBJECT || found === LIST) this.#opens(at);
      else if (found === END_OF_OBJECT || found === END_OF_LIST) this.#closes(at + 1);
      at += 1;
    }
    this.#at = at;
  }

  /**
   * The position at which the string continues, or the position after it. A backslash skips the
   * next byte.
   */
  #restOfString(from: number, end: number): number {
    const { bytes } = this;
    let at = from;
    while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    if (at >= end) return at;
    this.#inString = false;
    if (this.#depth === 3) this.#cut.textEnds(at + 1);
    return at + 1;
  }

  #goesOn(): void {
    this.#values += 1;
    if (this.#depth > 2) {
      if (this.#values <= this.#mostValues) return;
      this.#problem =
        this.#values > MAX_VALUES
          ? `has more than ${MAX_VALUES} values; send smaller batches`
          : `has more than ${MAX_RECORD_VALUES} values in one record`;
      return;
    }
    this.#outerValues += 1;
    if (this.#outerValues <= MAX_OUTER_VALUES) return;
    this.#problem = `has more than ${MAX_OUTER_VALUES} records or names; send at most 10000 records at a time`;
  }

  #opens(at: number): void {
    if (this.#depth === 2) {
      this.#mostValues = Math.min(MAX_VALUES, this.#values + MAX_RECORD_VALUES);
      this.#mostContainers = this.#containers + MAX_RECORD_CONTAINERS;
      this.#record = at;
      if (this.#from < 0) this.#from = at;
    } else if (this.#depth === 3) {
      this.#cut.jsonBegins(at, this.#units);
    }
    this.#depth += 1;
    this.#containers += 1;
    if (this.#depth > MAX_DEPTH) {
      this.#problem = `is nested deeper than ${MAX_DEPTH} levels`;
    } else if (this.#depth > 2 && this.#containers > this.#mostContainers) {
      this.#problem = `has more than ${MAX_RECORD_CONTAINERS} objects and lists in one record`;
    } else if (this.#containers > MAX_CONTAINERS) {
      this.#problem = `has more than ${MAX_CONTAINERS} objects and lists`;
    }
  }

  #closes(end: number): void {
    this.#depth -= 1;
    if (this.#depth === 3) this.#cut.jsonEnds(end, this.#units);
    if (this.#depth === 2) {
      this.#until = end;
      if (end - this.#record - this.#cut.bytesSince(this.#record) > MAX_RECORD_BYTES) {
        this.#problem = `has a record of more than ${MAX_RECORD_BYTES} bytes without its long texts and its JSON`;
        return;
      }
    }
    const isFull = this.#depth < 2 || this.#until - this.#from >= SLICE_BYTES;
    if (this.#from < 0 || this.#until <= this.#from || !isFull) return;
    this.slices.push({ from: this.#from, until: this.#until, cut: this.#cut.take() });
    this.#from = -1;
  }

  get #units() {
    return { containers: this.#containers, values: this.#values };
  }
}
