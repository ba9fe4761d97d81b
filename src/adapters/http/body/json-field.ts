/**
 * The value of a JSON field of a body. Its text is kept, not the parsed value: the order of names
 * stays, and it counts with the bytes that it takes.
 */
export class JsonField {
  /** `value` is the parsed `raw`; undefined if it is too long to be parsed. */
  constructor(
    private readonly raw: string,
    readonly value: unknown,
  ) {}

  /**
   * The JSON on one line, without white space between its tokens, and with characters instead of
   * escapes: `\u6f22`, as Python writes it, takes twice the bytes of the character.
   */
  get text(): string {
    return this.raw.replaceAll(TOKENS, (token) => {
      if (!token.startsWith('"')) return '';
      return token.includes('\\') ? JSON.stringify(JSON.parse(token)) : token;
    });
  }
}

/** Strings, and white space between tokens. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[ \t\n\r]+/g;
