/**
 * Characters that move a terminal's cursor, start a terminal command (ESC, and C1 as well as C0),
 * end a line for some programs, or change the direction of text. Tab, line feed and joiners are not
 * included.
 */
const CONTROLS = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Makes untrusted text safe for a terminal. It is escaped as in JSON, so escaped JSON keeps its
 * meaning.
 */
export function escapeControls(text: string): string {
  return text.replace(
    CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
