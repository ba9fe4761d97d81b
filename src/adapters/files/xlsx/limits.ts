/** What a worksheet can hold. Tests use smaller limits. */
export interface Limits {
  readonly rows: number;
  readonly columns: number;
  /** Of its XML: under 4 GiB of UTF-8, above which it needs ZIP64, which not every reader takes. */
  readonly characters: number;
  /**
   * Of the XML of one row. The tasks of a row come in any order and its cells must not, so that a
   * row is held in memory.
   */
  readonly rowCharacters: number;
  /** How many notes are kept; the others are counted. */
  readonly notes: number;
}

/** The first two are those of Excel: "Excel specifications and limits". */
export const LIMITS: Limits = {
  rows: 1_048_576,
  columns: 16_384,
  characters: 1024 ** 3,
  rowCharacters: 32 * 1024 ** 2,
  notes: 10_000,
};
