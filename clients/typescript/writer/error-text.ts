/** Of the service: bytes of UTF-8 of an error message. */
const MOST_BYTES = 2 ** 20;
const CUT = '…';
/** What the service refuses in a text: NUL, and halves of a character. */
const UNSTORABLE = /[\0\ud800-\udfff]/gu;

/**
 * The text of an error as the service takes it: without what it refuses, and at most 1 MiB. Errors
 * quote what a model answered, and a failure that cannot be stored would be paid for again.
 */
export function errorText(error: unknown): string {
  return shortened(textOf(error).replace(UNSTORABLE, '\ufffd'));
}

function textOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message || error.name : error);
  } catch {
    return 'unknown error';
  }
}

function shortened(text: string): string {
  const encoder = new TextEncoder();
  // No UTF-16 unit takes more than three bytes.
  if (text.length * 3 <= MOST_BYTES || encoder.encode(text).length <= MOST_BYTES) return text;
  const room = new Uint8Array(MOST_BYTES - encoder.encode(CUT).length);
  return text.slice(0, encoder.encodeInto(text, room).read) + CUT;
}
