/**
 * What moves a terminal's cursor, starts a command to it (ESC, and C1 as well as C0), ends a line for
 * some programs, or turns writing around. Tab and line feed are left, and so are joiners.
 */
const CONTROLS = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text of others for a terminal; escaped as in JSON, so JSON that is escaped means the same. */
export function escapeControls(text: string): string {
  return text.replace(
    CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
