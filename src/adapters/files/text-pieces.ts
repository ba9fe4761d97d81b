const PIECE_CHARACTERS = 64 * 1024;

/** Collects text until it is worth sending: thousands of small pieces would cost more than their bytes. */
export class TextPieces {
  #text = '';

  add(text: string): void {
    this.#text += text;
  }

  get isFull(): boolean {
    return this.#text.length >= PIECE_CHARACTERS;
  }

  /** What was collected, as UTF-8; nothing is left. */
  take(): Uint8Array {
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    return bytes;
  }
}
